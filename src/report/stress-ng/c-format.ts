/** Numbers as C's printf prints them in the C locale; below 1e21, which JavaScript writes otherwise. */

/** All that a double has behind its point is had with so many digits, or is nowhere near a tie. */
const DIGITS_MAX = 100;

/** `%.2f`. */
export function fixed(value: number, decimals: number): string {
  return cutAtTie(value.toFixed(DIGITS_MAX), decimals) ?? value.toFixed(decimals);
}

/** `%.3e`: an exponent of two digits at least. */
export function scientific(value: number, decimals: number): string {
  const [digits = '', power = ''] = value.toExponential(DIGITS_MAX).split('e');
  const cut = cutAtTie(digits, decimals);
  const [mantissa, exponent] =
    cut === undefined ? value.toExponential(decimals).split('e') : [cut, power];
  return `${mantissa}e${exponent!.charAt(0)}${exponent!.slice(1).padStart(2, '0')}`;
}

/**
 * Of a number just between two that can be printed C prints the even one, JavaScript the larger. Only
 * where these differ, the digits that C prints.
 */
function cutAtTie(digits: string, decimals: number): string | undefined {
  const [whole = '', fraction = ''] = digits.split('.');
  const cut = decimals === 0 ? whole : `${whole}.${fraction.slice(0, decimals)}`;
  const isEven = Number(cut.at(-1)) % 2 === 0;
  return isEven && /^50*$/.test(fraction.slice(decimals)) ? cut : undefined;
}
