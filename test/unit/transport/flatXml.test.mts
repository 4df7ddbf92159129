import { readFlatXml } from '../../../transport/flatXml.ts';

function leaf(name: string, text: string) {
	return { name, attributes: {}, children: [], text };
}

test.each([
	['<a><b>1</b></a>', 'a', [leaf('b', '1')]],
	['<a><b></b></a>', 'a', [leaf('b', '')]],
	['<RESPONSE>\r\n\t<STATUS> Success </STATUS> <_x9>00123</_x9>\n</RESPONSE>', 'RESPONSE', [leaf('STATUS', 'Success'), leaf('_x9', '00123')]],
	['<?xml version="1.0"?><a><b>1</b><b>2</b></a>', 'a', [leaf('b', '1'), leaf('b', '2')]],
	['<?xml version="1.0" encoding="ISO-8859-1"?>\n<a><b>é €</b></a>', 'a', [leaf('b', 'é €')]],
])('%s is flat', (document, root, children) => {
	expect(readFlatXml(document)).toEqual({ name: root, attributes: {}, children, text: '' });
});

test.each([
	'',
	'a',
	'<a></a>',
	'<a>1</a>',
	'<a><b/></a>',
	'<a><b>1</b>2</a>',
	'<a>2<b>1</b></a>',
	'<a><b>1</c></a>',
	'<a><b>1</b></c>',
	'<a><b>1</b>',
	'<a><b>1</b></a><!-- -->',
	'x<a><b>1</b></a>',
	'<a><b>1</b></a>x',
	'<a><b>1</b></a><a><b>1</b></a>',
	'<a><b><c>1</c></b></a>',
	'<a x="1"><b>1</b></a>',
	'<a><b x="1">1</b></a>',
	'<a><b>1&amp;2</b></a>',
	'<a><b>1]]>2</b></a>',
	'<a><b>1\r2</b></a>',
	'<a><1b>1</1b></a>',
	'<a><b:c>1</b:c></a>',
	'<?xml version="1.1"?><a><b>1</b></a>',
	'<?xml version="1.0" standalone="yes"?><a><b>1</b></a>',
	'<!DOCTYPE a><a><b>1</b></a>',
])('%j is left to the parser', (document) => {
	expect(readFlatXml(document)).toBeUndefined();
});

test('only short documents are', () => {
	const ofLength = (length: number) => `<a><b>${'1'.repeat(length - '<a><b></b></a>'.length)}</b></a>`;
	expect(readFlatXml(ofLength(4_096))?.children).toHaveLength(1);
	expect(readFlatXml(ofLength(4_097))).toBeUndefined();
});

test('attributes are an object without a prototype', () => {
	const root = readFlatXml('<a><b>1</b></a>');
	for (const element of [root, root?.children[0]]) expect(Object.getPrototypeOf(element?.attributes)).toBeNull();
});
