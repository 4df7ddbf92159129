import { bodyText } from '../../../transport/inbound/bodyText.ts';
import { PostbackRejected } from '../../../transport/inbound/rejection.ts';
import { rejected, rejectionOf } from './rejections.mts';

test('gives the text, and says how it was read', () => {
	expect(bodyText(Buffer.from('é', 'utf8'), 'text/xml; charset=utf-8')).toEqual({ text: 'é', warnings: [] });
	expect(bodyText(Buffer.from('é', 'latin1'), '')).toEqual({ text: 'é', warnings: [expect.stringMatching(/Windows-1252/)] });
});

test.each(['utf-7', 'ibm037'])('refuses the charset %s', (charset) => {
	expect(rejectionOf(() => bodyText(Buffer.from('a'), `text/xml; charset=${charset}`))).toEqual(rejected(400, /character set/));
	expect(rejectionOf(() => bodyText(Buffer.from(`<?xml version='1.0' encoding='${charset}'?><a/>`), ''))).toEqual(
		rejected(400, /character set/),
	);
});

test('refuses damaged UTF-16', () => {
	expect(rejectionOf(() => bodyText(Buffer.from([0xff, 0xfe, 0x3d, 0xd8]), ''))).toEqual(rejected(400, /UTF-16LE/));
});

test.each([
	[Buffer.from('a'), 'text/xml; charset=utf-7', 'The body is written in a character set that is not accepted'],
	[Buffer.from([0x3d, 0xd8]), 'text/xml; charset=utf-16le', 'The body is not valid UTF-16LE'],
	[Buffer.from([0xd8, 0x3d]), 'text/xml; charset=utf-16be', 'The body is not valid UTF-16BE'],
])('a refusal names its step and reason (%#)', (bytes, contentType, message) => {
	expect(() => bodyText(bytes, contentType)).toThrow(PostbackRejected);
	expect(() => bodyText(bytes, contentType)).toThrow(expect.objectContaining({ status: 400, step: 'body', message }));
});
