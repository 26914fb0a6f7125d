/**
 * Text as one line for a terminal, whatever characters a user's input put into it: control characters,
 * line separators and text-direction marks are shown as escapes. Adds no newline.
 */
export function oneLine(message: string): string {
  return message.replace(
    /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => {
      const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
      return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}
