/** What an ID of Amperity's is made of: nothing that could change a path, or come from a copy-paste mistake. */
const ID = '[A-Za-z0-9][A-Za-z0-9_.:\\-]*';

/** Whether a text can be an ID of Amperity's. */
export const isId = (text: string): boolean => new RegExp(`^${ID}$`).test(text);

/** For n8n's own check of a resource locator, which forgives spaces around an ID as the node does. */
export const idValidation = (errorMessage: string) => [
	{ type: 'regex', properties: { regex: `\\s*${ID}\\s*`, errorMessage } },
];
