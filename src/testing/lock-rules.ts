/**
 * What makes a second lock beside `src/mm/rwsem*.ts`: code that changes its count or its owner, or
 * that comes by other parts of it than its face. Judged one syntax node at a time.
 */
import ts from 'typescript';

const LOCK_FIELDS = /^(count|owner)$/;
const LOCK_BIASES = /^(\w+_BIAS|(read|write|waiters|handoff)Bias)$/;
/** What may stand for a rwsem's first word, which is its count. */
const LOCK_WORD = /^(\w+\.)*sem$/;

const EDITION = 'src/engine/explore/edition.ts';
const LOCK_MODULE = /(?:^|\/)(rwsem[\w-]*|osq|spinlock|wait-list)\.js$/;
/** What the explore engine may use of the lock's modules other than through a scenario's `lock`. */
const BESIDE_LOCK: Record<string, RegExp> = {
  rwsem: /^READER_OWNED$/,
  'rwsem-policy': /./,
  'wait-list': /^(WAITER|killTask|queuedTasks)$/,
};

/** SEM.count and SEM.owner may be read where they are, as may the word that `sem` itself names. */
export function changesLock(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node) && LOCK_BIASES.test(node.text)) return node.text;
  if (ts.isIdentifier(node) && node.text === 'SEM') return hidesLockField(node);
  if (isLockField(node)) {
    const use = useOfWordAt(sumWith(node));
    // A field that is handed to a function is not yet a place, as a sum with the lock's first word is.
    const isHarmless = use === 'read' || (use === 'handed on' && sumWith(node) === node);
    return isHarmless ? undefined : `does not just read: ${node.parent.getText()}`;
  }
  const isWord = ts.isIdentifier(node) || ts.isPropertyAccessExpression(node);
  const isWritten = isWord && LOCK_WORD.test(node.getText()) && useOfWordAt(node) === 'write';
  return isWritten ? `changes the count: ${node.parent.getText()}` : undefined;
}

/** `SEM.count`, `SEM.owner`, or, for all that one can see, `SEM[field]`. */
function isLockField(node: ts.Node): boolean {
  const isNamed = ts.isPropertyAccessExpression(node) && LOCK_FIELDS.test(node.name.text);
  if (!isNamed && !ts.isElementAccessExpression(node)) return false;
  return node.expression.getText() === 'SEM';
}

/** Other ways to its fields than `SEM.field`, under which they could not be found. */
function hidesLockField({ parent }: ts.Identifier): string | undefined {
  const isPlain =
    ts.isPropertyAccessExpression(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isTypeQueryNode(parent) ||
    (ts.isImportSpecifier(parent) && parent.propertyName === undefined) ||
    (ts.isCallExpression(parent) && /^Object\.(values|entries)$/.test(parent.expression.getText()));
  if (isPlain) return undefined;
  if (!ts.isVariableDeclaration(parent)) return `SEM by another name: ${parent.getText()}`;
  if (parent.name.getText() === 'SEM') return undefined;
  const isHarmless =
    ts.isObjectBindingPattern(parent.name) &&
    parent.name.elements.every(({ dotDotDotToken, propertyName, name }) => {
      return !dotDotDotToken && !LOCK_FIELDS.test((propertyName ?? name).getText());
    });
  return isHarmless ? undefined : `SEM by another name: ${parent.getText()}`;
}

/** The whole sum of which an expression is a part. */
function sumWith(part: ts.Node): ts.Node {
  const { parent } = part;
  const isSum = ts.isBinaryExpression(parent) && parent.operatorToken.getText() === '+';
  return isSum || ts.isParenthesizedExpression(parent) ? sumWith(parent) : part;
}

/** What becomes of the word at an index. */
function useOfWordAt(index: ts.Node): 'read' | 'write' | 'handed on' | 'other' {
  if (ts.isCallExpression(index.parent)) {
    const callee = index.parent.expression.getText();
    if (callee === 'Atomics.load') return 'read';
    return callee.startsWith('Atomics.') ? 'write' : 'handed on';
  }
  const { parent: access } = index;
  if (!ts.isElementAccessExpression(access) || access.argumentExpression !== index) return 'other';
  let word: ts.Node = access;
  while (ts.isNonNullExpression(word.parent) || ts.isParenthesizedExpression(word.parent)) {
    word = word.parent;
  }
  const { parent } = word;
  if (ts.isBinaryExpression(parent) && parent.left === word) {
    const { kind } = parent.operatorToken;
    const { FirstAssignment, LastAssignment } = ts.SyntaxKind;
    return kind >= FirstAssignment && kind <= LastAssignment ? 'write' : 'read';
  }
  const isStep = ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent);
  return isStep && /\+\+|--/.test(parent.getText()) ? 'write' : 'read';
}

/** In the explore engine: any other way to the lock than the face of `src/mm/rwsem.ts`. */
export function goesRoundLock(node: ts.Node): string | undefined {
  const isEdition = node.getSourceFile().fileName === EDITION;
  if (node.kind === ts.SyntaxKind.ImportKeyword && ts.isCallExpression(node.parent)) {
    return isEdition ? undefined : `loads at run time: ${node.parent.getText()}`;
  }
  if (ts.isVariableDeclaration(node) && node.name.getText() === 'REAL_LOCK') {
    const imported = "import * as rwsem from '../../mm/rwsem.js';";
    const isReal =
      node.initializer?.getText() === 'rwsem' && node.getSourceFile().text.includes(imported);
    return isReal ? undefined : `another lock: ${node.getText()}`;
  }
  if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) return undefined;
  const specifier = node.moduleSpecifier;
  if (specifier === undefined || !ts.isStringLiteral(specifier)) return undefined;
  const module = LOCK_MODULE.exec(specifier.text)?.[1];
  if (module === undefined) return undefined;
  if (!/^(\.\.\/)+mm\/[^/]+$/.test(specifier.text)) return `another lock: ${specifier.text}`;
  if (ts.isExportDeclaration(node)) return `hands on: ${node.getText()}`;
  const clause = node.importClause;
  const isType = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (isType || (isEdition && module === 'rwsem')) return undefined;
  const bindings = clause?.namedBindings;
  const names = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [];
  const isBeside =
    names.length > 0 &&
    names.every(({ propertyName, name }) => {
      return BESIDE_LOCK[module]?.test((propertyName ?? name).text) === true;
    });
  return isBeside ? undefined : `behind the lock's face: ${node.getText()}`;
}
