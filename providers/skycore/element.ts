import type { XmlElement } from '../../consent/call';

/**
 * Skycore's documents have no attributes.
 *
 * @param name of the element
 * @param text its own text
 * @param children in their order
 */
export function element(name: string, text: string, children: XmlElement[] = []): XmlElement {
	return { name, attributes: {}, children, text };
}
