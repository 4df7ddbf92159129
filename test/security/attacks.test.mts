/** Bodies that are meant to hurt. Whatever happens to them, nothing starts, nothing breaks, and the answer comes at once. */
import { gzipSync } from 'node:zlib';

import { parseXml, POSTBACK_LIMITS } from '../../transport/codec/xml.ts';
import { deliver, OPT_OUT, skycoreXml } from '../unit/trigger/webhookContext.mts';
import { bestOf, fill, LIMIT_MS, prototypesAreClean } from './guards.mts';

const INNER = OPT_OUT.replace(/^<\?.*\?>\n/, '');

const LAUGHS = Array.from({ length: 9 }, (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`).join('');

const HOSTILE: Record<string, string | Buffer> = {
	'nested entity expansion': `<!DOCTYPE a [<!ENTITY l0 "ha">${LAUGHS}]>${INNER.replace('My Brand Name', '&l9;')}`,
	'quadratic entity expansion': `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(20_000)}">]>${INNER.replace('My Brand Name', '&b;'.repeat(5_000))}`,
	'an external general entity': `<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>${INNER.replace('My Brand Name', '&f;')}`,
	'an external parameter entity': `<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>${INNER}`,
	'a document type by URL': `<!DOCTYPE POSTBACK SYSTEM "http://127.0.0.1:1/x.dtd">${INNER}`,
	'a public document type': `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg/>`,
	'a document type behind a comment': `<!-- a --><!DOCTYPE POSTBACK>${INNER}`,
	'a document type in mixed case': `<!DocType POSTBACK>${INNER}`,
	'an entity declaration without a document type': `<!ENTITY a "b">${INNER}`,
	'a SOAP envelope': `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${INNER}</soap:Body></soap:Envelope>`,
	'SVG with a script': '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
	HTML: '<html><body><form><input name="xml"></form></body></html>',
	XInclude: '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
	'UTF-7': '+ADw-POSTBACK+AD4-+ADw-CODE+AD4-N302+ADw-/CODE+AD4-+ADw-/POSTBACK+AD4-',
	'a declaration of UTF-7': '<?xml version="1.0" encoding="UTF-7"?><POSTBACK/>',
	'UTF-16 with a document type': Buffer.from(`\u{FEFF}<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>${INNER}`, 'utf16le'),
	'UTF-32': Buffer.from('\u{FEFF}<\u0000/\u0000', 'utf16le'),
	'a NUL': INNER.replace('N302', 'N3\u000002'),
	'a NUL by reference': INNER.replace('N302', 'N3&#0;02'),
	'half a surrogate pair by reference': INNER.replace('MO', '&#xD800;'),
	'an escape sequence': INNER.replace('MO', '\u001b[2J'),
	'a comment inside the number': INNER.replace('16502424956', '1650242<!---->4956'),
	'an instruction inside the number': INNER.replace('16502424956', '1650242<?x?>4956'),
	'an element inside the number': INNER.replace('16502424956', '1650242<b/>4956'),
	'an element named __proto__': INNER.replace('<SOURCE>', '<__proto__><polluted>1</polluted></__proto__><SOURCE>'),
	'an attribute named __proto__': INNER.replace('<POSTBACK>', '<POSTBACK __proto__="1">'),
	'a prefixed root': INNER.replaceAll('POSTBACK', 'x:POSTBACK'),
	'two roots': INNER + INNER,
	'text behind the root': `${INNER}x`,
	'a duplicated code': INNER.replace('<CODE>', '<CODE>N301</CODE><CODE>'),
	'a truncated document': INNER.slice(0, -4),
	'a mismatched tag': INNER.replace('</CODE>', '</MOBILE>'),
	'an unclosed comment': `<!-- ${INNER}`,
	'an unclosed CDATA section': `<![CDATA[${INNER}`,
	'an unclosed quote': INNER.replace('<POSTBACK>', '<POSTBACK a="1>'),
	'compressed bytes': gzipSync(INNER),
	'random-looking bytes': Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 256)),
	'JSON with __proto__': '{"__proto__":{"polluted":1}}',
	'a form with __proto__': '__proto__[polluted]=1&__proto__=2&constructor[prototype][polluted]=1',
	'a form with 100,000 keys': 'a=&'.repeat(21_000),
};

/** 64 KB each, built to be slow. */
const SLOW: Record<string, string> = {
	attributes: fill('<POSTBACK', (index) => ` a${index}="1"`, '/>'),
	'equal attributes': fill('<POSTBACK', () => ' a="1"', '/>'),
	siblings: fill('<POSTBACK>', () => '<a/>', '</POSTBACK>'),
	'filled siblings': fill('<POSTBACK>', () => '<a>b</a>', '</POSTBACK>'),
	'as many siblings as are read': `<POSTBACK>${'<a>b</a>'.repeat(2_499)}</POSTBACK>`,
	'as many attributes as are read': `<POSTBACK${Array.from({ length: 1_000 }, (_, index) => ` a${index}="1"`).join('')}/>`,
	notifications: fill('<POSTBACKS>', () => '<POSTBACK><CODE>N302</CODE><MOBILE>16502424956</MOBILE></POSTBACK>', '</POSTBACKS>'),
	'inherited fields': fill(
		`<POSTBACK>${Array.from({ length: 200 }, (_, index) => `<A${index}>1</A${index}>`).join('')}`,
		() => '<NOTIFICATION/>',
		'</POSTBACK>',
	),
	'inherited text': fill(`<POSTBACK><A>${'x'.repeat(32_000)}</A>`, () => '<NOTIFICATION/>', '</POSTBACK>'),
	'fields inherited from nine levels': fill(
		Array.from(
			{ length: 9 },
			(_, level) => `<POSTBACK>${Array.from({ length: 150 }, (_x, index) => `<A${level}-${index}/>`).join('')}`,
		).join(''),
		() => '<POSTBACK/>',
		'</POSTBACK>'.repeat(9),
	),
	'a field that comes again and again': fill('<POSTBACKS><POSTBACK>', () => '<B>1</B>', '</POSTBACK></POSTBACKS>'),
	references: fill('<POSTBACK><CODE>', () => '&#65;', '</CODE></POSTBACK>'),
	ampersands: fill('<POSTBACK><CODE>', () => '&', '</CODE></POSTBACK>'),
	'half references': fill('<POSTBACK><CODE>', () => '&#x', '</CODE></POSTBACK>'),
	'one long number': `<POSTBACK><CODE>&#${'9'.repeat(65_000)};</CODE></POSTBACK>`,
	depth: fill('', () => '<a>', ''),
	'closed depth': '<a>'.repeat(9_300) + '</a>'.repeat(9_300),
	comments: fill('<POSTBACK>', () => '<!---->', '</POSTBACK>'),
	instructions: fill('<POSTBACK>', () => '<?a?>', '</POSTBACK>'),
	'CDATA sections': fill('<POSTBACK>', () => '<![CDATA[]]>', '</POSTBACK>'),
	'unclosed comments': fill('<POSTBACK>', () => '<!--', ''),
	'spaces in a tag': fill('<POSTBACK', () => ' ', '/>'),
	'spaces before a value': fill('<POSTBACK><CODE>', () => ' ', 'N302</CODE></POSTBACK>'),
	'line breaks before an error': fill('<POSTBACK>', () => '\n', '</x>'),
	quotes: fill('<POSTBACK', () => '"', '/>'),
	'equals signs': fill('<POSTBACK ', () => '=', '/>'),
	'opening brackets': fill('<POSTBACK>', () => '<', ''),
	'a long name': `<${'a'.repeat(32_000)}></${'a'.repeat(32_000)}>`,
	'a long declaration': fill('<?xml ', () => 'a', '?><a/>'),
	'an almost-declaration': fill('<?xml', () => ' encoding', ''),
	'a long attribute': `<POSTBACK a="${' '.repeat(65_000)}"/>`,
	'digits in the number': `<POSTBACK><CODE>N302</CODE><MOBILE>${'1'.repeat(64_000)}</MOBILE></POSTBACK>`,
	'letters in the number': `<POSTBACK><CODE>N302</CODE><MOBILE>${'1a'.repeat(32_000)}</MOBILE></POSTBACK>`,
	'digits in the time': `<POSTBACK><CODE>N302</CODE><TIMESTAMP>${'2014-'.repeat(12_000)}</TIMESTAMP></POSTBACK>`,
	'a long text': `<POSTBACK><CODE>N211</CODE><FROM>1</FROM><TEXT>${'please stop '.repeat(5_000)}</TEXT></POSTBACK>`,
	'a text of spaces': `<POSTBACK><CODE>N211</CODE><FROM>1</FROM><TEXT>a${' '.repeat(64_000)}b</TEXT></POSTBACK>`,
	'a text of hyphens': `<POSTBACK><CODE>N211</CODE><FROM>1</FROM><TEXT>${'stop-'.repeat(12_000)}</TEXT></POSTBACK>`,
	'percent signs': fill('xml=', () => '%', ''),
	'percent codes': fill('xml=', () => '%3C', ''),
	'form fields': fill('', () => 'a&', ''),
};

describe('hostile bodies', () => {
	test.each(Object.entries(HOSTILE))('%s is answered 400, without a run', async (_name, body) => {
		const outcome = await deliver({ body, headers: { 'content-type': 'text/xml' } });
		expect(outcome).toMatchObject({ status: 400, ended: true, answer: undefined, events: [], returned: { noWebhookResponse: true } });
		expect(outcome.log).toHaveLength(1);
		expect(outcome.log.join()).not.toMatch(/\n|at .*\.ts:|root:/);
		expect(prototypesAreClean()).toBe(true);
	});

	test.each(['XML', 'xml'])('the form field %s is looked at with the same eyes', async (field) => {
		for (const [name, body] of Object.entries(HOSTILE)) {
			if (typeof body !== 'string' || !body.startsWith('<')) continue;
			const outcome = await deliver({
				body: `${field}=${encodeURIComponent(body)}`,
				headers: { 'content-type': 'application/x-www-form-urlencoded' },
			});
			expect([name, outcome.status, outcome.events]).toEqual([name, 400, []]);
		}
	});

	test.each(['attentive', 'vonage'])('none of them is an event of %s either', async (provider) => {
		for (const [name, body] of Object.entries(HOSTILE)) {
			const outcome = await deliver({ body }, { parameters: { provider, authenticity: 'none', attentiveAuthenticity: 'none' } });
			expect([name, outcome.status, outcome.events]).toEqual([name, 400, []]);
		}
		expect(prototypesAreClean()).toBe(true);
	});

	test('a document in CDATA stays text', async () => {
		const [event] = (await deliver({ body: skycoreXml({ BRANDNAME: '<![CDATA[<SOURCE>API</SOURCE>]]>' }) })).events;
		expect(event).toMatchObject({ brand: '<SOURCE>API</SOURCE>', source: 'MO' });
	});

	test('escaped markup stays text', async () => {
		const [event] = (await deliver({ body: skycoreXml({ BRANDNAME: '&lt;SOURCE&gt;API&lt;/SOURCE&gt;&amp;lt;' }) })).events;
		expect(event).toMatchObject({ brand: '<SOURCE>API</SOURCE>&lt;', source: 'MO' });
	});

	test('elements named like parts of objects are fields like others, and reach nothing', async () => {
		const inner = '<constructor><prototype><polluted>1</polluted></prototype></constructor>';
		const { events } = await deliver({ body: OPT_OUT.replace('</POSTBACK>', `${inner}</POSTBACK>`) });
		expect(events).toMatchObject([{ action: 'opt-out', raw: expect.stringContaining('"_constructor"') as string }]);
		expect(prototypesAreClean()).toBe(true);
	});

	test('the good one after all of them is heard', async () => {
		expect((await deliver({ body: OPT_OUT })).events).toHaveLength(1);
	});
});

describe('a document of which more would come than a postback can mean', () => {
	const each = (count: number, make: (index: number) => string): string =>
		Array.from({ length: count }, (_, index) => make(index)).join('');
	const OPT_OUTS = (count: number): string =>
		`<POSTBACKS><CODE>N302</CODE>${each(count, (index) => `<POSTBACK><MOBILE>1650242${index}</MOBILE></POSTBACK>`)}</POSTBACKS>`;
	const inherited = (characters: number, count: number): string =>
		`<POSTBACK><CODE>N302</CODE><BRANDNAME>${'x'.repeat(characters)}</BRANDNAME>${each(count, (index) => `<NOTIFICATION><MOBILE>1650242${index}</MOBILE></NOTIFICATION>`)}</POSTBACK>`;

	test.each([
		['1,001 notifications', OPT_OUTS(1_001)],
		['a long text that 600 notifications inherit', inherited(30_000, 600)],
	])('%s: refused as a whole with 413', async (_name, body) => {
		const outcome = await deliver({ body });
		expect([outcome.status, outcome.events, outcome.ended]).toEqual([413, [], true]);
	});

	test('a bundle as large as Skycore can mean it is read', async () => {
		expect((await deliver({ body: OPT_OUTS(1_000) })).events).toHaveLength(1_000);
		const { events } = await deliver({ body: inherited(100, 500) });
		expect(events).toHaveLength(500);
		expect(JSON.stringify(events).length).toBeLessThan(3_000_000);
	});
});

describe('slow bodies', () => {
	test.each(Object.entries(SLOW))('%s', async (_name, body) => {
		expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536);
		let status = 0;
		const elapsedMs = await bestOf(3, async () => {
			status = (await deliver({ body }, { parameters: { unknownEvents: 'emit' } })).status;
		});
		expect([200, 400, 413]).toContain(status);
		expect(elapsedMs).toBeLessThan(LIMIT_MS);
	});

	test.each(Object.entries(SLOW))('%s, the document alone', async (_name, body) => {
		const elapsedMs = await bestOf(3, () => {
			try {
				parseXml(body, POSTBACK_LIMITS);
			} catch (problem) {
				expect(problem).toHaveProperty('name', 'InputProblem');
			}
		});
		expect(elapsedMs).toBeLessThan(LIMIT_MS);
	});

	test('deep JSON', async () => {
		const body = '['.repeat(30_000) + ']'.repeat(30_000);
		expect(
			await bestOf(3, async () => void (await deliver({ body }, { parameters: { provider: 'attentive', attentiveAuthenticity: 'none' } }))),
		).toBeLessThan(LIMIT_MS);
	});
});
