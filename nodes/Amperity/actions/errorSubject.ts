import { NodeError, type IDataObject } from 'n8n-workflow';
import { settled } from '../transport/settled';

const LABELS: Record<string, string> = {
	config_id: 'Config ID',
	job_id: 'Job ID',
	range_from: 'Range From',
	run_id: 'Run ID',
};

/** What an item is about, by the names that it has in items. */
export type Subject = Partial<Record<'config_id' | 'job_id' | 'range_from' | 'run_id', string>>;

/**
 * Adds to an error what it is about: as details, and in words where its text does not say it, because the item of
 * an error output can hold no more than the text.
 */
export function nameSubject(error: unknown, subject: Subject): void {
	if (!(error instanceof NodeError)) return;
	const details = error.context.details as IDataObject | undefined;
	error.context.details = { ...subject, ...details };
	for (const [key, id] of Object.entries(subject)) {
		const text = `${error.message} ${error.description ?? ''}`;
		if (text.includes(id)) continue;
		error.description = `${error.description ?? ''} ${LABELS[key]}: ${id}.`.trim();
	}
}

/**
 * Waits for something, and adds to its error what it is about.
 *
 * @throws what it throws
 */
export async function withSubject<T>(subject: Subject, something: Promise<T>): Promise<T> {
	const { value, error } = await settled(something);
	if (!error) return value;
	nameSubject(error, subject);
	throw error;
}
