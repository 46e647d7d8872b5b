/** The older versions of n8n in which the nodes have to work as in the current one. */
export const ENGINES = ['1.123.81', '2.0.3'];
