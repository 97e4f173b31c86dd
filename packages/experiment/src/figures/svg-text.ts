import type { DomElement } from './dom.ts';

/** What a drawing loses, in words, when it is written with only what a drawing needs. */
export interface SvgText {
  readonly text: string;
  /** `<script>`, `onload`, `href="javascript:…"`: each once. */
  readonly refused: readonly string[];
}

const ELEMENTS = new Set(
  (
    'svg g path rect circle ellipse line polyline polygon text tspan textPath title desc defs clipPath linearGradient ' +
    'radialGradient stop marker use symbol pattern mask a image style'
  ).split(' '),
);

const ATTRIBUTES = new Set(
  (
    'id class role x y x1 y1 x2 y2 cx cy r rx ry d width height viewBox preserveAspectRatio transform points dx dy rotate textLength ' +
    'lengthAdjust startOffset offset fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray ' +
    'stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity color font-family font-size font-style ' +
    'font-variant font-weight text-anchor dominant-baseline text-decoration paint-order clip-path clip-rule mask marker-start ' +
    'marker-mid marker-end refX refY orient markerWidth markerHeight markerUnits gradientUnits gradientTransform ' +
    'spreadMethod fx fy stop-color stop-opacity patternUnits patternTransform patternContentUnits clipPathUnits ' +
    'maskUnits vector-effect shape-rendering image-rendering text-rendering pointer-events visibility display letter-spacing ' +
    'word-spacing mix-blend-mode xmlns style href target'
  ).split(' '),
);

const MAX_DEPTH = 100;

/**
 * A drawing as XML that holds nothing else than shapes, text, styles without addresses, and links: no script, no event handler, no foreign
 * markup, nothing that is fetched. Whatever the drawing was made from, names and values are written so that they can't be anything but that.
 * @param styles style sheets are kept only where they are known to be ours
 */
export function writeSvg(root: DomElement, { styles }: { readonly styles: boolean }): SvgText {
  const refused = new Set<string>();

  function attributesOf(element: DomElement): string {
    let text = '';
    for (const { name, value } of element.attributes) {
      // The older name, for which a namespace would have to be declared; a drawing that has both means the same by both.
      const known = name === 'xlink:href' ? 'href' : name;
      if (known !== name && element.getAttribute(known) !== null) continue;
      if (isSafe(element.localName, known, value)) text += ` ${known}="${escapeXml(value)}"`;
      else refused.add(known === 'href' ? `${known}="${value.slice(0, 40)}"` : known);
    }
    return text;
  }

  function write(node: DomElement, depth: number): string {
    if (node.nodeType === TEXT || node.nodeType === CDATA) return escapeXml(node.textContent ?? '');
    if (node.nodeType !== ELEMENT) return '';
    const { localName } = node;
    const known = ELEMENTS.has(localName) && (styles || localName !== 'style');
    if (!known || depth > MAX_DEPTH) {
      refused.add(`<${localName.slice(0, 40)}>`);
      return '';
    }
    const children = [...node.childNodes].map((child) => write(child, depth + 1));
    return `<${localName}${attributesOf(node)}>${children.join('')}</${localName}>`;
  }

  return { text: write(root, 0), refused: [...refused] };
}

const [ELEMENT, TEXT, CDATA] = [1, 3, 4];

function isSafe(element: string, name: string, value: string): boolean {
  if (name === 'href') return isSafeAddress(element, value);
  if (name === 'style') return isSafeStyle(value);
  if (!ATTRIBUTES.has(name) && !/^(aria|data)-[a-z-]+$/.test(name)) return false;
  return !value.replaceAll(/\s/g, '').toLowerCase().includes('url(') || /^url\(#[\w.:-]+\)$/.test(value);
}

/** A link leads to a page, to a file beside this one, or within the drawing; what a drawing shows is in itself. */
function isSafeAddress(element: string, value: string): boolean {
  // Browsers leave such characters out before they look for the scheme.
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(value.replaceAll(/[\s\p{Cc}]/gu, ''))?.[1]?.toLowerCase();
  if (element === 'a') return scheme === undefined || scheme === 'http' || scheme === 'https';
  if (element === 'image') return /^data:image\/(png|jpeg|gif|webp);base64,[a-z\d+/=\s]*$/i.test(value);
  return value.startsWith('#');
}

/** Declarations of plain values. */
function isSafeStyle(value: string): boolean {
  return value
    .split(';')
    .every(
      (part) =>
        part.trim() === '' || (/^[a-z-]+\s*:[\w\s.,#%()'"+-]+$/i.test(part.trim()) && !/url|expression/i.test(part)),
    );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** XML 1.0 has no way to write most control characters and halves of surrogate pairs. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replaceAll(/[&<>"\t\n\r]/g, (character) => ENTITIES[character]!);
}
