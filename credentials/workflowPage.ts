import { UserError, type ICredentialDataDecryptedObject, type INodeProperties } from 'n8n-workflow';
import { textOf } from './credentialText';

/** What stands for the ID of a run in the address of its page. */
const RUN_ID_MARK = '{id}';

/** White space within, or a character that nobody types. */
const NOT_IN_ADDRESS = /[\s\p{Cc}]/u;

/** How the address of a run's page is made. It is sent to nobody: what tells of a run links to it. */
export const workflowPageProperty: INodeProperties = {
	displayName: 'Workflow Page URL',
	name: 'workflowPageUrl',
	type: 'string',
	default: '',
	placeholder: `e.g. https://…/${RUN_ID_MARK}`,
	description: `Adds a link to runs, to their errors and to reports. Amperity documents no address of a run's page, so nothing is linked unless you enter it: open the page of a run in Amperity, copy its address from the browser, and write ${RUN_ID_MARK} where the run ID stands.`,
};

const isGiven = (value: unknown): boolean =>
	value !== undefined && value !== null && (typeof value !== 'string' || value.trim() !== '');

/** Whether a text is a web address that a run's ID can be put into. Its host is the same for all runs. */
function isWorkflowPage(page: string): boolean {
	const url = URL.canParse(page) ? new URL(page) : undefined;
	if (!url || url.username || url.password || NOT_IN_ADDRESS.test(page)) return false;
	const isOfRun = page.includes(RUN_ID_MARK) && !url.host.includes(RUN_ID_MARK);
	return isOfRun && ['http:', 'https:'].includes(url.protocol);
}

/**
 * The address of the page that a run has in Amperity.
 *
 * @returns undefined where the credential does not say how it is made, or says what cannot be used
 */
export function workflowPageOf(
	credentials: ICredentialDataDecryptedObject,
	runId: string,
): string | undefined {
	const page = textOf(credentials, 'workflowPageUrl');
	if (!isWorkflowPage(page)) return undefined;
	// Half of a character cannot be encoded.
	const id = encodeURIComponent(runId.replace(/\p{Cs}/gu, '\uFFFD'));
	return new URL(page.replaceAll(RUN_ID_MARK, () => id)).href;
}

/** @throws UserError if the address of run pages is there and cannot be used */
export function checkWorkflowPage(credentials: ICredentialDataDecryptedObject): void {
	if (!isGiven(credentials.workflowPageUrl)) return;
	if (isWorkflowPage(textOf(credentials, 'workflowPageUrl'))) return;
	throw new UserError(
		`Workflow Page URL in the Amperity credential is not a web address with ${RUN_ID_MARK} in it. Copy the address of a run's page from the browser and write ${RUN_ID_MARK} where the run ID stands, not in the host name. To have no links, leave it empty.`,
	);
}
