import type { XmlElement } from '../../../consent/call.ts';
import { InputProblem } from '../../../consent/failure.ts';
import { buildXml, parseXml, POSTBACK_LIMITS, RESPONSE_LIMITS } from '../../../transport/codec/xml.ts';

function textOf(document: string): string {
	return parseXml(document).text;
}

function element(name: string, parts: Partial<XmlElement> = {}): XmlElement {
	return { name, attributes: {}, children: [], text: '', ...parts };
}

function problemOf(work: () => unknown): InputProblem {
	try {
		work();
	} catch (problem) {
		if (problem instanceof InputProblem) return problem;
	}
	throw new Error('not refused');
}

const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);

describe('parseXml reads', () => {
	test('a tree with attributes, children in their order, and trimmed text', () => {
		expect(
			parseXml('<?xml version=\'1.0\' encoding="UTF-8"?>\r\n<a x="1" y=\'two "2"\'>\n <b> c </b><d/><b>e</b>\n</a>\n<!-- end -->'),
		).toEqual(
			element('a', {
				attributes: { x: '1', y: 'two "2"' },
				children: [element('b', { text: 'c' }), element('d'), element('b', { text: 'e' })],
			}),
		);
	});

	test.each(['00123', '0x1F', '1e5', 'true', '1.0', '９９'])('%s as text', (text) => {
		expect(textOf(`<a>${text}</a>`)).toBe(text);
	});

	test.each([
		['&amp;lt;', '&lt;'],
		['&lt;b&gt; &quot;&apos;', '<b> "\''],
		['&#169;&#xA9;&#x1F600;', '©©😀'],
		['Caf&eacute; AT&T &nbsp', 'Caf&eacute; AT&T &nbsp'],
		['<![CDATA[<b>&amp;]]>', '<b>&amp;'],
		['1<![CDATA[6]]>', '16'],
		['<!-- the number -->16', '16'],
		['16<!-- the number -->', '16'],
		['a]]>b', 'a]]>b'],
	])('the value %s as %s', (written, meant) => {
		expect(textOf(`<a>${written}</a>`)).toBe(meant);
	});

	test('a byte order mark and instructions around the root', () => {
		expect(textOf('\u{FEFF}<?xml version="1.0"?><?style x?><a>1</a><?end?>')).toBe('1');
	});

	test('names of built-in methods as ordinary names', () => {
		expect(parseXml('<a toString="1"><hasOwnProperty>2</hasOwnProperty></a>')).toEqual(
			element('a', {
				attributes: { toString: '1' } as unknown as Record<string, string>,
				children: [element('hasOwnProperty', { text: '2' })],
			}),
		);
	});

	test('attributes into an object without a prototype', () => {
		expect(Object.getPrototypeOf(parseXml('<a b="1"/>').attributes)).toBeNull();
	});
});

describe('parseXml refuses', () => {
	test.each([
		['nothing', ''],
		['white space', ' \n '],
		['text', 'hello'],
		['JSON', '{"a":1}'],
		['a truncated document', '<POSTBACK><CODE>N301'],
		['a mismatched tag', '<a><b></a></b>'],
		['an unclosed tag', '<a><b></b>'],
		['an attribute without quotes', '<a b=1/>'],
		['an attribute without a value', '<a b/>'],
		['an attribute twice', '<a b="1" b="2"/>'],
		['two roots', '<a/><b/>'],
		['two closed roots', '<a></a><a></a>'],
		['text behind the root', '<a/>x'],
		['CDATA before the root', '<![CDATA[x]]><a/>'],
		['CDATA behind the root', '<a/><![CDATA[x]]>'],
		['no element at all', '<?xml version="1.0"?>'],
		['a comment alone', '<!-- a -->'],
		['a prefixed root', '<x:a xmlns:x="urn:x"/>'],
		['a document type', '<!DOCTYPE a><a/>'],
		['a document type in lower case', '<!doctype a><a/>'],
		['an entity declaration', '<!ENTITY x "y"><a/>'],
		['a document type behind the root', '<a/><!DOCTYPE a>'],
		['an unclosed comment', '<a><!-- </a>'],
		['unclosed CDATA', '<a><![CDATA[</a>'],
		['a name with an ampersand', '<&a>1</&a>'],
		['a NUL', '<a>\u0000</a>'],
		['a control character', '<a>\u0008</a>'],
		['half a surrogate pair', '<a>\ud83d</a>'],
		['a character that is none', '<a>\uffff</a>'],
		['a NUL as reference', '<a>&#0;</a>'],
		['a control character as hexadecimal reference', '<a>&#x1f;</a>'],
		['half a surrogate pair as reference', '<a>&#xD83D;</a>'],
		['a number beyond Unicode', '<a>&#x110000;</a>'],
		['an endless number', `<a>&#${'9'.repeat(5_000)};</a>`],
		['a control character in an attribute', '<a b="&#1;"/>'],
		['a value broken by a comment', '<a>1<!--x-->6</a>'],
		['a value broken by an instruction', '<a>1<?x?>6</a>'],
		['a value broken by an element', '<a>1<b/>6</a>'],
		['a value broken by a comment inside CDATA pieces', '<a><![CDATA[1]]><!--x--><![CDATA[6]]></a>'],
		['an element named __proto__', '<a><__proto__>1</__proto__></a>'],
		['an element named constructor', '<a><constructor>1</constructor></a>'],
		['an attribute named __proto__', '<a __proto__="1"/>'],
		['an attribute named prototype', '<a prototype="1"/>'],
	])('%s', (_what, document) => {
		expect(() => parseXml(document)).toThrow(InputProblem);
	});

	test('more characters than allowed', () => {
		const document = `<a>${'x'.repeat(100)}</a>`;
		expect(() => parseXml(document, { ...POSTBACK_LIMITS, maxCharacters: document.length - 1 })).toThrow(
			/107 characters, and 106 are the most/,
		);
		expect(parseXml(document, { ...POSTBACK_LIMITS, maxCharacters: document.length }).text).toHaveLength(100);
	});

	test('deeper nesting than allowed', () => {
		expect(() => parseXml(nested(11))).toThrow(InputProblem);
		expect(() => parseXml(nested(3), { ...POSTBACK_LIMITS, maxDepth: 2 })).toThrow(InputProblem);
		expect(parseXml(nested(10)).name).toBe('a');
		expect(parseXml(nested(2), { ...POSTBACK_LIMITS, maxDepth: 2 }).children).toHaveLength(1);
	});

	test('more tags or attributes than allowed', () => {
		const limits = { ...POSTBACK_LIMITS, maxTags: 3, maxAttributes: 2 };
		expect(parseXml('<a b="1" d="2"><c/></a>', limits).name).toBe('a');
		expect(() => parseXml('<a b="1" d="2" e="3"><c/></a>', limits)).toThrow(/more tags and attributes/);
		expect(() => parseXml('<a><c/><c/></a>', limits)).toThrow(/more tags and attributes/);
	});

	test('with a sentence of bounded length and advice', () => {
		const problem = problemOf(() => parseXml(`<${'a'.repeat(10_000)}!/>`));
		expect(problem.message.length).toBeLessThan(300);
		expect(problem.message).toMatch(/^This XML document cannot be used: /);
		expect(problem.remedy).not.toBe('');
	});

	test('saying where it is not well-formed', () => {
		expect(problemOf(() => parseXml('<a>\n<b>\n</a>')).message).toMatch(/closing tag.*line 3/);
	});
});

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
		['<a><b>\n', 'it ends before all elements are closed'],
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
		expect({ ...parseXml('<a b="00123" c="0x1F" d="1.0" e="true" f=" x  y " g=""/>').attributes }).toEqual({
			b: '00123',
			c: '0x1F',
			d: '1.0',
			e: 'true',
			f: ' x  y ',
			g: '',
		});
	});

	test.each(['<a>1<?x?>6</a>', '<a>1<b/>6</a>', '<a>1 <b/> 6</a>', '<a>1<!----><![CDATA[6]]></a>', '<a><![CDATA[1]]><b/>6</a>'])(
		'is in one piece, or the document is refused: %s',
		(document) => {
			expect(problemOf(() => parseXml(document)).message).toContain('the value of a is broken in two');
		},
	);
});

test('what a stranger may send is much less than what a provider may respond', () => {
	expect(POSTBACK_LIMITS).toEqual({ maxCharacters: 65_536, maxDepth: 10, maxTags: 5_000, maxAttributes: 1_000, forgivesNames: true });
	expect(RESPONSE_LIMITS).toEqual({ maxCharacters: 8_000_000, maxDepth: 10, maxTags: 1_000_000, maxAttributes: 1_000_000 });
});

test('the parser’s own words are cut to a length that a log can bear', () => {
	const { message } = problemOf(() => parseXml(`<${'b'.repeat(500)}>`));
	expect(message).toHaveLength('This XML document cannot be used: '.length + 200);
});

describe('buildXml', () => {
	test('writes the declaration and escapes every value once', () => {
		const document = element('REQUEST', {
			attributes: { note: `"'<&>\n\t` },
			children: [element('NAME', { text: `Tom & Jerry <"'> \r&amp;` })],
		});
		expect(buildXml(document)).toBe(
			'<?xml version="1.0" encoding="UTF-8"?><REQUEST note="&quot;&apos;&lt;&amp;&gt;&#10;&#9;"><NAME>Tom &amp; Jerry &lt;&quot;&apos;&gt; &#13;&amp;amp;</NAME></REQUEST>',
		);
	});

	test('is read back as it was', () => {
		const document = element('a', {
			attributes: { b: '1 & "2"\n3' },
			children: [element('c', { text: '<![CDATA[x]]> 😀 ü' }), element('d')],
		});
		expect(parseXml(buildXml(document))).toEqual(document);
	});

	test.each(['\u0000', '\u000b', '\ud800', '\ufffe'])('refuses the forbidden character %j', (character) => {
		expect(() => buildXml(element('a', { text: `x${character}` }))).toThrow(InputProblem);
		expect(() => buildXml(element('a', { attributes: { b: character } }))).toThrow(/'b' holds an invisible control character/);
	});

	test.each(['', '1a', 'a b', 'a>', 'a/', '<a'])('refuses the name %j', (name) => {
		expect(() => buildXml(element(name))).toThrow(InputProblem);
		expect(() => buildXml(element('a', { attributes: { [name]: '' } }))).toThrow(InputProblem);
	});

	test('puts attributes and children one after the other', () => {
		expect(buildXml(element('a', { attributes: { b: '1', c: '2' }, text: 't', children: [element('d'), element('e')] }))).toBe(
			'<?xml version="1.0" encoding="UTF-8"?><a b="1" c="2">t<d></d><e></e></a>',
		);
	});

	test('writes every line break and tab of an attribute as a reference', () => {
		expect(buildXml(element('a', { attributes: { b: '\n\n\t\t' }, text: '\n\n\t' }))).toContain('<a b="&#10;&#10;&#9;&#9;">\n\n\t</a>');
	});

	test('says what cannot be written, and what to do', () => {
		expect(problemOf(() => buildXml(element('a', { text: '\u0000' })))).toMatchObject({
			message: "'a' holds an invisible control character or half an emoji, which cannot be sent in XML",
			remedy: 'Type the value again, or remove such characters with an expression, for example with replace().',
		});
		expect(problemOf(() => buildXml(element('1')))).toMatchObject({
			message: "'1' cannot be the name of an XML element",
			remedy: 'Use letters, digits, dots, dashes and underscores, and begin with a letter.',
		});
	});
});

describe('the form that nearly all responses and postbacks have: one root, in it plain values', () => {
	const leaf = (name: string, text: string) => ({ name, attributes: {}, children: [], text });

	test.each([
		['<a><b>1</b></a>', 'a', [leaf('b', '1')]],
		['<a><b></b></a>', 'a', [leaf('b', '')]],
		[
			'<RESPONSE>\r\n\t<STATUS> Success </STATUS> <_x9>00123</_x9>\n</RESPONSE>',
			'RESPONSE',
			[leaf('STATUS', 'Success'), leaf('_x9', '00123')],
		],
		['<?xml version="1.0"?><a><b>1</b><b>2</b></a>', 'a', [leaf('b', '1'), leaf('b', '2')]],
		['<?xml version="1.0" encoding="ISO-8859-1"?>\n<a><b>é €</b></a>', 'a', [leaf('b', 'é €')]],
	])('%s', (document, root, children) => {
		const read = parseXml(document);
		expect(read).toEqual({ name: root, attributes: {}, children, text: '' });
		for (const element of [read, ...read.children]) expect(Object.getPrototypeOf(element.attributes)).toBeNull();
	});
});
