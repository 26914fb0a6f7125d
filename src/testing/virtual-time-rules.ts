/** What may not happen where virtual time is computed. */
import ts from 'typescript';

const VIRTUAL = 'src/engine/virtual/';
/** Times the real run, for whoever waits for it; what is simulated does not see that. */
const REAL_TIME = `${VIRTUAL}engine.ts`;

export const isVirtualTime = (file: string): boolean =>
  file.startsWith(VIRTUAL) && file !== REAL_TIME;

/** Exact on whole numbers, on every machine; sines, logarithms and powers need not be. */
const EXACT = /^(floor|ceil|round|trunc|min|max|abs|imul|clz32)$/;
const WHOLE = /^(floor|ceil|round|trunc)$/;

/**
 * Fractions: a quotient that is not at once made whole, a literal with a fraction, a function of Math
 * that may differ from machine to machine. Text for people may have fractions.
 */
export function fraction(node: ts.Node): string | undefined {
  if (ts.isNumericLiteral(node)) {
    return Number.isInteger(Number(node.text)) ? undefined : `a fraction: ${node.text}`;
  }
  if (ts.isPropertyAccessExpression(node) && node.expression.getText() === 'Math') {
    return EXACT.test(node.name.text) ? undefined : `Math.${node.name.text} is not exact`;
  }
  if (!ts.isBinaryExpression(node)) return undefined;
  const operator = node.operatorToken.kind;
  if (operator === ts.SyntaxKind.SlashEqualsToken) return `a quotient is kept: ${node.getText()}`;
  const isPower =
    operator === ts.SyntaxKind.AsteriskAsteriskToken ||
    operator === ts.SyntaxKind.AsteriskAsteriskEqualsToken;
  if (isPower && !ts.isNumericLiteral(node.right)) return `a power: ${node.getText()}`;
  if (operator !== ts.SyntaxKind.SlashToken) return undefined;
  return isMadeWhole(node) ? undefined : `a quotient is not made whole: ${node.getText()}`;
}

/** Whether the node ends up, through arithmetic alone, in Math.floor and the like, or in text. */
function isMadeWhole(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent) || ts.isBinaryExpression(parent)) {
    return !isAssignment(parent) && isMadeWhole(parent);
  }
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text === 'toFixed';
  if (!ts.isCallExpression(parent) || !ts.isPropertyAccessExpression(parent.expression))
    return false;
  const { expression, name } = parent.expression;
  return expression.getText() === 'Math' && WHOLE.test(name.text);
}

function isAssignment(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** Orders that are not spelt out: by text, or by chance. */
export function vagueOrder(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression))
    return undefined;
  const { name } = node.expression;
  if (name.text === 'localeCompare') return 'an order that depends on the locale';
  const isBare = /^(sort|toSorted)$/.test(name.text) && node.arguments.length === 0;
  return isBare ? 'sorts without saying by what' : undefined;
}
