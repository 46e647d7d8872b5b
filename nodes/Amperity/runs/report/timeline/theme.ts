import type { RunStatus } from '../reportedRun';

/** A colour on light ground, and the one on dark ground. */
type Shades = [light: string, dark: string];

/** What is coloured, by its class. */
const SHADES = {
	ground: ['#ffffff', '#161b22'],
	text: ['#1f2328', '#e6edf3'],
	faint: ['#59636e', '#9ea7b3'],
	line: ['#d1d9e0', '#3d444d'],
	active: ['#0969da', '#58a6ff'],
	failed: ['#cf222e', '#ff7b72'],
	skipped: ['#8c959f', '#7d8590'],
	stopped: ['#9a6700', '#d29922'],
	succeeded: ['#1a7f37', '#3fb950'],
	unknown: ['#8250df', '#bc8cff'],
} satisfies Record<RunStatus | 'ground' | 'text' | 'faint' | 'line', Shades>;

type Tone = keyof typeof SHADES;

/** Fills a shape or a text. Where style sheets are dropped, the colours of light ground stay, on their own ground. */
export const filled = (tone: Tone): string => `class="${tone}" fill="${SHADES[tone][0]}"`;

/** The same for an outline. */
export const outlined = (tone: Tone): string => `class="${tone}-line" stroke="${SHADES[tone][0]}"`;

const darkRules = Object.entries(SHADES)
	.map(([tone, [, dark]]) => `.${tone}{fill:${dark}}.${tone}-line{stroke:${dark}}`)
	.join('');

/** The style sheet for dark ground. */
export const DARK_STYLE = `<style>@media (prefers-color-scheme:dark){${darkRules}}</style>`;
