import { parseHTML } from 'linkedom';

/** The part of the DOM that drawing needs; the library is compiled without the browser's types. */
export interface DomElement {
  readonly nodeType: number;
  readonly tagName: string;
  /** As it was written, where `tagName` may be in capitals. */
  readonly localName: string;
  readonly className: unknown;
  readonly parentElement: DomElement | null;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly children: Iterable<DomElement>;
  readonly childNodes: Iterable<DomElement>;
  textContent: string | null;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  append(...nodes: unknown[]): void;
  remove(): void;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement>;
}

export interface DomDocument {
  createElementNS(namespace: string, name: string): DomElement;
}

export const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

/** A document of our own for each figure: nothing global, nothing shared. */
export function createDocument(): DomDocument {
  return parseHTML('<!doctype html><html><body></body></html>').document as unknown as DomDocument;
}

/** Makes an SVG element with attributes and children; a string child is text. */
export type SvgBuilder = (
  name: string,
  attributes?: Readonly<Record<string, string | number>>,
  ...children: unknown[]
) => DomElement;

export function svgBuilder(document: DomDocument): SvgBuilder {
  return (name, attributes = {}, ...children) => {
    const element = document.createElementNS(SVG_NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.append(...children);
    return element;
  };
}
