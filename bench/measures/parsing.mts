/** (e) reading one postback, in this process: the trigger's whole way from bytes to events, and the bare parsers. */
import { createRequire } from 'node:module';
import path from 'node:path';

import { XMLParser } from 'fast-xml-parser';

import type { Bench } from '../bench.mts';
import { median, number, percentile, type Table } from '../report.mts';

const SIZE_CAP = 65_536;
const MICROSECONDS_PER_MS = 1000;
const WARM_UP = 500;

export interface ParsingResult {
	reader: string;
	medianMicroseconds: number;
	p99Microseconds: number;
	worstMs: number;
	worstDocument: string;
}

type Reader = (document: Buffer) => unknown;

interface Xml2js {
	Parser: new (options: object) => { parseString(text: string, done: (error: unknown, value: unknown) => void): void };
}

interface SenderModule {
	skycore: { receive(context: { getNodeParameter(name: string): unknown }, request: object): Promise<unknown> };
}

const POSTBACK = Buffer.from(`<?xml version='1.0'?>
<POSTBACK>
<ORIGIN>SUB</ORIGIN>
<CODE>N301</CODE>
<MOBILE>16502426055</MOBILE>
<CAMPAIGNREF>1478</CAMPAIGNREF>
<TIMESTAMP>2014-07-02T14:32:23-04</TIMESTAMP>
<SHORTCODE>123456</SHORTCODE>
<CAMPAIGNTITLE>Tom &amp; Jerry</CAMPAIGNTITLE>
<BRANDNAME>My Brand Name</BRANDNAME>
<SOURCE>API</SOURCE>
</POSTBACK>`);

/** As large as is accepted, each costly in another way; most are refused, and refusing takes time too. */
const WORST: Record<string, Buffer> = {
	'one long text': filled('<POSTBACK><CODE>', 'x', '</CODE></POSTBACK>'),
	'many elements': filled('<POSTBACK>', '<A>1</A>', '</POSTBACK>'),
	'many attributes': filled('<POSTBACK ', (index) => `a${index}="1" `, '></POSTBACK>'),
	'many references': filled('<POSTBACK><CODE>', '&amp;', '</CODE></POSTBACK>'),
	'many CDATA sections': filled('<POSTBACK><CODE>', '<![CDATA[x]]>', '</CODE></POSTBACK>'),
	'many comments': filled('<POSTBACK>', '<!--x-->', '<CODE>N301</CODE></POSTBACK>'),
	'deep nesting': filled('<POSTBACK>', '<A>', ''),
	'as many tags as are read': Buffer.from(`<POSTBACK>${'<A>12</A>'.repeat(2_400)}</POSTBACK>`),
	'nothing but <': filled('<POSTBACK>', '<', ''),
	'nothing but &': filled('<POSTBACK>', '&', ''),
	'blanks in a tag': filled('<POSTBACK', ' ', '></POSTBACK>'),
};

/** @returns the results, and a table of them */
export async function measureParsing(bench: Bench): Promise<{ results: ParsingResult[]; table: Table }> {
	const count = bench.quick ? 5_000 : 50_000;
	const results: ParsingResult[] = [];
	for (const [reader, read] of Object.entries(readers(bench))) {
		const samples = await timed(read, POSTBACK, count + WARM_UP);
		const worst = { ms: 0, document: '' };
		for (const [document, bytes] of Object.entries(WORST)) {
			// The best of three: what is looked for is the document's cost, not that of a busy machine.
			const ms = Math.min(...(await timed(read, bytes, 3)));
			if (ms > worst.ms) Object.assign(worst, { ms, document });
		}
		const settled = samples.slice(WARM_UP).map((ms) => ms * MICROSECONDS_PER_MS);
		results.push({
			reader,
			medianMicroseconds: median(settled),
			p99Microseconds: percentile(settled, 0.99),
			worstMs: worst.ms,
			worstDocument: worst.document,
		});
	}
	const rows = results.map((each) => [
		each.reader,
		`${number(each.medianMicroseconds, 1)} µs`,
		`${number(each.p99Microseconds, 1)} µs`,
		`${number(each.worstMs, 1)} ms`,
		each.worstDocument,
	]);
	return {
		results,
		table: {
			title: `(e) one postback of ${POSTBACK.length} bytes, ${number(count)} times; worst case within ${number(SIZE_CAP)} bytes`,
			rows: [['', 'median', 'p99', 'worst', 'document'], ...rows],
		},
	};
}

function readers({ package: { dir }, place }: Bench): Record<string, Reader> {
	const require = createRequire(path.join(dir, 'package.json'));
	const { skycore } = require('./dist/nodes/SmsPostbackTrigger/skycore/sender.js') as SenderModule;
	const context = { getNodeParameter: () => 'none' };
	const xml2js = createRequire(place.runtime.n8nBinary)('xml2js') as Xml2js;
	const fastXmlParser = new XMLParser();
	return {
		'SMS Postback Trigger': async (rawBody) =>
			await skycore.receive(context, { method: 'POST', url: '/', headers: { 'content-type': 'text/xml' }, rawBody }),
		'xml2js, as in the XML node': (bytes) => {
			new xml2js.Parser({ mergeAttrs: true, explicitArray: false }).parseString(bytes.toString('utf8'), () => undefined);
		},
		'fast-xml-parser, bare': (bytes) => fastXmlParser.parse(bytes.toString('utf8')) as unknown,
	};
}

/** @returns milliseconds of each call */
async function timed(read: Reader, bytes: Buffer, count: number): Promise<number[]> {
	const samples: number[] = [];
	for (let index = 0; index < count; index += 1) {
		const startedMs = performance.now();
		try {
			await read(bytes);
		} catch {
			// A refusal is a result as well.
		}
		samples.push(performance.now() - startedMs);
	}
	return samples;
}

function filled(start: string, piece: string | ((index: number) => string), end: string): Buffer {
	const pieces: string[] = [];
	let room = SIZE_CAP - start.length - end.length;
	for (let index = 0; ; index += 1) {
		const next = typeof piece === 'string' ? piece : piece(index);
		room -= next.length;
		if (room < 0) break;
		pieces.push(next);
	}
	return Buffer.from(`${start}${pieces.join('')}${end}`);
}
