/** Wrong usage: what the user typed, or a file that he named, cannot be run. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * One line for stderr without the newline, whatever characters the user's input put into the
 * message: control characters, line separators and text-direction marks are shown as escapes.
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
