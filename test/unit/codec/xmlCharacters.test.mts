import { parseXml } from '../../../transport/codec/xml.ts';
import { decodeReferences } from '../../../transport/codec/xmlCharacters.ts';

test('references to the first and the last character, and to none', () => {
	expect(parseXml('<a>&#9;x&#x10FFFF;&#1114111;</a>').text).toBe('x\u{10ffff}\u{10ffff}');
	expect(decodeReferences('&#1114112;&#x110000;')).toBe('\uffff\uffff');
	expect(decodeReferences('&amp;&lt;&gt;&quot;&apos;&AMP;&#;&#x;&#xg;&# 1;')).toBe('&<>"\'&AMP;&#;&#x;&#xg;&# 1;');
});
