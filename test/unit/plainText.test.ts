import { plainText } from '../../nodes/Amperity/transport/plainText';

test.each([
	['one line', ' a\r\n\tb ', 'a b'],
	['no colours', '\u001b[31mRed\u001b[0m alert', 'Red alert'],
	['no markup', '<h1 class="x">No</h1><br/>entry', 'No entry'],
	['no beginning of a tag', 'a <script src=x', 'a ‹script src=x'],
	['what is less than something', '1 < 2', '1 < 2'],
	[
		'no control characters, nor those that turn the text around',
		'a\u0000b\u202ec\u200bd',
		'a b c d',
	],
	[
		'nothing else',
		'Courier group “cg-1” isn’t there: 100 % gone.',
		'Courier group “cg-1” isn’t there: 100 % gone.',
	],
])('keeps %s', (_, text, expected) => {
	expect(plainText(text)).toBe(expected);
});

test('cuts off what is long', () => {
	expect(plainText('x'.repeat(500))).toBe('x'.repeat(500));
	expect(plainText('x'.repeat(501))).toBe(`${'x'.repeat(500)}…`);
	expect(plainText('<em>'.repeat(1_000_000))).toBe('');
});
