/** Well-formed XML taken apart: elements, attributes, text. Throws where it is not well-formed. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text directly inside. */
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
const TOKEN = /<(\/?)([A-Za-z][\w-]*)((?:\s+[A-Za-z][\w-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
/** Whatever is no Char of XML 1.0, production 2. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The root element of a document that begins with an XML declaration. */
export function parseXml(document: string): XmlElement {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!document.startsWith(declaration)) throw new Error('no XML declaration');
  if (FORBIDDEN.test(document)) throw new Error('a character that XML forbids');
  const body = document.slice(declaration.length);
  const top = { name: '', children: [] as XmlElement[], text: '', attributes: {} };
  const open = [top];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < body.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(body);
    if (match === null) throw new Error(`not well-formed: ${body.slice(at, at + 80)}`);
    const [, isEnd, name, attributes = '', isEmpty, text] = match;
    const parent = open.at(-1)!;
    if (text !== undefined) {
      parent.text += unescaped(text);
    } else if (isEnd === '/') {
      if (open.pop()!.name !== name) throw new Error(`</${name!}> closes nothing`);
    } else {
      const element = { name: name!, attributes: attributesIn(attributes), children: [], text: '' };
      parent.children.push(element);
      if (isEmpty === '') open.push(element);
    }
  }
  if (open.length !== 1 || top.children.length !== 1) throw new Error('not one closed root');
  return top.children[0]!;
}

function attributesIn(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([A-Za-z][\w-]*)="([^"]*)"/g)) {
    if (name in found) throw new Error(`attribute ${name} twice`);
    found[name] = unescaped(value);
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));|&/g, (all, code?: string, name?: string) => {
    if (code !== undefined) return String.fromCodePoint(Number(code));
    const sign = name === undefined ? undefined : ENTITIES[name];
    if (sign === undefined) throw new Error(`no entity: ${all}`);
    return sign;
  });
}
