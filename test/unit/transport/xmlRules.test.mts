import type { XmlElement } from '../../../consent/call.ts';
import { InputProblem } from '../../../consent/failure.ts';
import { ANSWER_LIMITS, buildXml, parseXml, POSTBACK_LIMITS } from '../../../transport/xml.ts';

function problemOf(work: () => unknown): InputProblem {
	try {
		work();
	} catch (problem) {
		if (problem instanceof InputProblem) return problem;
	}
	throw new Error('not refused');
}

const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);

describe('a refusal says why', () => {
	test.each([
		['', 'it is empty'],
		[' \r\n\t', 'it is empty'],
		['\u{FEFF}', 'it is empty'],
		['hello <a/>', 'it does not begin with an element'],
		['&lt;a/>', 'it does not begin with an element'],
		['<!DOCTYPE a><a/>', 'it holds a document type or an entity declaration, which no provider sends'],
		['<a><!ENTITY x "y"></a>', 'it holds a document type or an entity declaration, which no provider sends'],
		['<a>\u0008</a>', 'it holds a character that XML does not allow'],
		['<a b="\uffff"/>', 'it holds a character that XML does not allow'],
		['<a/><!--\u0000-->', 'it holds a character that XML does not allow'],
		['<a><b>\n', "it ends before all elements are closed"],
		['<a>', "Unclosed tag 'a' (line 1)"],
		['<a>\n<b.c>\n</a>', "Expected closing tag 'b.c' (opened in line 2, col 1) instead of closing tag 'a' (line 3)"],
		['<a b=1/>', "Attribute 'b' is without value (line 1)"],
		['<a b="1" b="2"/>', "Attribute 'b' is repeated (line 1)"],
		['<a/><b/>', 'it has 2 root elements instead of one'],
		['<a/>x', 'there is text outside the root element'],
		['<a/><![CDATA[x]]>', 'there is text outside the root element'],
		['<![CDATA[x]]><a/>', 'there is text outside the root element'],
		['<x:a xmlns:x="u"/>', 'its root element has a namespace prefix'],
		['<a&b>1</a&b>', 'a name in it is not an XML name'],
		['<a><b>&#0;</b></a>', 'the value of b holds a character that XML does not allow'],
		['<a b="&#1;"/>', 'the attribute b holds a character that XML does not allow'],
		['<a>1<!--x-->6</a>', 'the value of a is broken in two'],
		['<a prototype="1"/>', 'the name prototype is refused'],
		[nested(11), 'elements nest more than 10 deep'],
	])('%j', (document, reason) => {
		const { message, remedy } = problemOf(() => parseXml(document));
		expect(message).toBe(`This XML document cannot be used: ${reason}`);
		expect(remedy).toBe('Nothing was taken from it. If a provider sent it, keep the document and show it to their support.');
	});
});

describe('a value', () => {
	test.each([
		['\n <a>1</a>\n ', '1'],
		['<a>\n<b/>1</a>', '1'],
		['<a>\n<!-- c -->\n<b/>\n1\n</a>', '1'],
		['<a>1<b/>\n</a>', '1'],
		['<a>1<b/> <!-- c --> <b/></a>', '1'],
		['<a>1 <![CDATA[ 6]]></a>', '1  6'],
		['<a><![CDATA[1]]>6</a>', '16'],
		['<a><![CDATA[1]]><![CDATA[6]]></a>', '16'],
		['<a>1<![CDATA[2]]>3</a>', '123'],
		['<a><![CDATA[]]></a>', ''],
		['<a>x\u{FEFF}y</a>', 'x\u{FEFF}y'],
		['<a> a  b </a>', 'a  b'],
		['<a>a.b.c.</a>', 'a.b.c.'],
	])('of %j is %j', (document, text) => {
		expect(parseXml(document).text).toBe(text);
	});

	test('of an attribute stays as it is written', () => {
		expect({ ...parseXml('<a b="00123" c="0x1F" d="1.0" e="true" f=" x  y " g=""/>').attributes }).toEqual({ b: '00123', c: '0x1F', d: '1.0', e: 'true', f: ' x  y ', g: '' });
	});

	test.each(['<a>1<?x?>6</a>', '<a>1<b/>6</a>', '<a>1 <b/> 6</a>', '<a>1<!----><![CDATA[6]]></a>', '<a><![CDATA[1]]><b/>6</a>'])('is in one piece, or the document is refused: %s', (document) => {
		expect(problemOf(() => parseXml(document)).message).toContain('the value of a is broken in two');
	});
});

test('what a stranger may send is much less than what a provider may answer', () => {
	expect(POSTBACK_LIMITS).toEqual({ maxCharacters: 65_536, maxDepth: 10, maxTags: 5_000, maxAttributes: 1_000 });
	expect(ANSWER_LIMITS).toEqual({ maxCharacters: 8_000_000, maxDepth: 10, maxTags: 1_000_000, maxAttributes: 1_000_000 });
});

test('the parser’s own words are cut to a length that a log can bear', () => {
	const { message } = problemOf(() => parseXml(`<${'b'.repeat(500)}>`));
	expect(message).toHaveLength('This XML document cannot be used: '.length + 200);
});

describe('buildXml', () => {
	const element = (parts: Partial<XmlElement>): XmlElement => ({ name: 'a', attributes: {}, children: [], text: '', ...parts });

	test('puts attributes and children one after the other', () => {
		expect(buildXml(element({ attributes: { b: '1', c: '2' }, text: 't', children: [element({ name: 'd' }), element({ name: 'e' })] }))).toBe(
			'<?xml version="1.0" encoding="UTF-8"?><a b="1" c="2">t<d></d><e></e></a>',
		);
	});

	test('writes every line break and tab of an attribute as a reference', () => {
		expect(buildXml(element({ attributes: { b: '\n\n\t\t' }, text: '\n\n\t' }))).toContain('<a b="&#10;&#10;&#9;&#9;">\n\n\t</a>');
	});

	test('says what cannot be written, and what to do', () => {
		expect(problemOf(() => buildXml(element({ text: '\u0000' })))).toMatchObject({
			message: "'a' holds an invisible control character or half an emoji, which cannot be sent in XML",
			remedy: 'Type the value again, or remove such characters with an expression, for example with replace().',
		});
		expect(problemOf(() => buildXml(element({ name: '1' })))).toMatchObject({
			message: "'1' cannot be the name of an XML element",
			remedy: 'Use letters, digits, dots, dashes and underscores, and begin with a letter.',
		});
	});
});
