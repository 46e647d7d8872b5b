import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import type { Busy } from './eventLoop';

/** What the process with the engine is asked to do. */
export type Task =
	/** Nothing at all, for so long. */
	| { kind: 'idle'; milliseconds: number }
	/** Makes an active trigger and polls once, which tells it where to begin. */
	| { kind: 'activate'; credentials: ICredentialDataDecryptedObject; parameters: IDataObject }
	/** Goes on as a new process does: with what n8n has stored, and nothing else. */
	| { kind: 'restart' }
	/** Polls once. */
	| { kind: 'poll' }
	/** Has HTTP Request follow a list from page to page. */
	| { kind: 'page'; list: PagedList };

/** A list and how HTTP Request asks for its pages. */
export interface PagedList {
	url: string;
	headers: Record<string, string>;
	query: Record<string, string>;
}

/** What one task has taken, and what came of it. */
export interface Done extends Busy {
	/** The IDs of the runs that came out. */
	runIds: string[];
	/** Why there are none. */
	failure?: string;
	/** What n8n would have to store for the trigger, in bytes. */
	storedBytes: number;
}
