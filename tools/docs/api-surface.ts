/** Reads the public surface of the library from its entries: each exported name, what it says of itself, and what it needs. */
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

/** An entry of the package and the file that lists what it exports. */
export interface Entry {
  /** As it is imported. */
  name: string;
  file: string;
}

export const entries: readonly Entry[] = [
  { name: 'greenup-station-core', file: 'src/library/index.ts' },
  { name: 'greenup-station-core/simulator', file: 'src/library/simulator.ts' },
  { name: 'greenup-station-core/testing', file: 'src/library/testing.ts' },
];

export interface PublicName {
  name: string;
  kind: 'function' | 'class' | 'interface' | 'type' | 'constant';
  /** TypeScript, as one would declare it; of a class or an interface its head. */
  text: string;
  /** In plain words; empty: it has none. */
  doc: string;
  members: readonly PublicMember[];
}

export interface PublicMember {
  text: string;
  doc: string;
}

export interface Surface {
  /** In the order of the names. */
  names: readonly PublicName[];
  /** The first sentence of the entry file. */
  about: string;
}

/** The surface of each entry, by the name of the entry, and types that a signature needs and no entry exports. */
export function readSurfaces(project: string): { surfaces: ReadonlyMap<string, Surface>; hidden: readonly string[] } {
  const files = entries.map(({ file }) => join(project, file));
  const program = ts.createProgram(files, compilerOptions(project));
  const checker = program.getTypeChecker();
  const exported = new Map(files.map((file) => [file, exportsOf(program, checker, file)]));
  const all = new Set([...exported.values()].flat().map((symbol) => resolved(checker, symbol)));
  const reader = new SurfaceReader(checker, project, all);
  const surfaces = new Map<string, Surface>();
  for (const [index, { name }] of entries.entries()) {
    const file = files[index] ?? '';
    const symbols = (exported.get(file) ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const names = symbols.map((symbol) => reader.read(symbol));
    surfaces.set(name, { names, about: aboutOf(program.getSourceFile(file)) });
  }
  return { surfaces, hidden: [...reader.hidden].sort() };
}

function compilerOptions(project: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(project, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, project);
  return { ...options, incremental: false, types: ['node'] };
}

function exportsOf(program: ts.Program, checker: ts.TypeChecker, file: string): ts.Symbol[] {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file}: exports nothing`);
  return checker.getExportsOfModule(module);
}

function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function aboutOf(source: ts.SourceFile | undefined): string {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(source?.text ?? '')?.[1] ?? '';
  return inOneLine(comment.replaceAll(/^\s*\*/gm, ''));
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

class SurfaceReader {
  /** Names, with their files. */
  readonly hidden = new Set<string>();

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly project: string,
    private readonly exported: ReadonlySet<ts.Symbol>,
  ) {}

  read(alias: ts.Symbol): PublicName {
    const symbol = resolved(this.checker, alias);
    const node = symbol.declarations?.find((one) => !ts.isModuleDeclaration(one));
    if (!node) throw new Error(`${alias.name} is declared nowhere`);
    const doc = this.docOf(symbol, node);
    const { name } = alias;
    if (ts.isClassDeclaration(node)) return this.ofMembers({ name, kind: 'class', doc, node });
    if (ts.isInterfaceDeclaration(node)) return this.ofMembers({ name, kind: 'interface', doc, node });
    if (ts.isFunctionDeclaration(node)) {
      return { name, kind: 'function', text: `function ${name}${this.signature(node)}`, doc, members: [] };
    }
    if (ts.isTypeAliasDeclaration(node)) {
      this.noteReferences(node.type);
      const members = this.membersIn(node.type);
      const parameters = node.typeParameters ? `<${node.typeParameters.map((one) => one.getText()).join(', ')}>` : '';
      const text = `type ${name}${parameters} = ${this.typeText(node.type)}`;
      return { name, kind: 'type', text, doc, members };
    }
    if (ts.isVariableDeclaration(node)) {
      const type = node.type?.getText() ?? this.checker.typeToString(this.checker.getTypeOfSymbol(symbol));
      return { name, kind: 'constant', text: `const ${name}: ${type}`, doc, members: [] };
    }
    throw new Error(`${name}: a page cannot show a ${ts.SyntaxKind[node.kind]}`);
  }

  private ofMembers({ name, kind, doc, node }: OfMembers): PublicName {
    const heritage = (node.heritageClauses ?? []).map((clause) => ` ${clause.getText()}`).join('');
    for (const clause of node.heritageClauses ?? []) this.noteReferences(clause);
    const parameters = node.typeParameters ? `<${node.typeParameters.map((one) => one.getText()).join(', ')}>` : '';
    for (const one of node.typeParameters ?? []) this.noteReferences(one);
    const members = [...node.members].filter(isPublic).flatMap((member) => this.member(member));
    return { name, kind, text: `${kind} ${name}${parameters}${heritage}`, doc, members };
  }

  /** The fields of a type that is written out. */
  private membersIn(type: ts.TypeNode): PublicMember[] {
    return ts.isTypeLiteralNode(type) ? [...type.members].filter(isPublic).flatMap((one) => this.member(one)) : [];
  }

  private member(node: ts.ClassElement | ts.TypeElement): PublicMember[] {
    if (ts.isSetAccessor(node) || ts.isClassStaticBlockDeclaration(node)) return [];
    if (ts.isConstructorDeclaration(node)) {
      return [{ text: `constructor${this.signature(node, false)}`, doc: this.ownDoc(node) || 'Makes one.' }];
    }
    const symbol = node.name && this.checker.getSymbolAtLocation(node.name);
    const doc = symbol ? this.docOf(symbol, node) : this.ownDoc(node);
    const isStatic = ts.canHaveModifiers(node) && has(node, ts.SyntaxKind.StaticKeyword);
    const head = `${isStatic ? 'static ' : ''}${node.name?.getText() ?? ''}`;
    if (ts.isMethodDeclaration(node) || ts.isMethodSignature(node)) {
      return [{ text: `${head}${node.questionToken ? '?' : ''}${this.signature(node)}`, doc }];
    }
    if (ts.isPropertyDeclaration(node) || ts.isPropertySignature(node) || ts.isGetAccessor(node)) {
      const isFixed = ts.isGetAccessor(node) || has(node, ts.SyntaxKind.ReadonlyKeyword);
      const mark = 'questionToken' in node && node.questionToken ? '?' : '';
      const type = node.type ? this.typeText(node.type) : this.typeOf(node);
      if (node.type) this.noteReferences(node.type);
      return [{ text: `${isFixed ? 'readonly ' : ''}${head}${mark}: ${type}`, doc }];
    }
    return [{ text: withoutComments(node), doc: doc || 'As the types say.' }];
  }

  /** As it is written; but what it takes out of another type is shown as it is. */
  private typeText(node: ts.TypeNode): string {
    if (!takesFromOther(node)) return withoutComments(node);
    const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
    const type = this.checker.getTypeFromTypeNode(node);
    const shown = (one: ts.Type): string => this.checker.typeToString(one, undefined, flags).replaceAll('"', "'");
    if (!ts.isTypeReferenceNode(node)) return shown(type);
    const fields = this.checker.getPropertiesOfType(type).map((field) => {
      return `${field.name}: ${shown(this.checker.getTypeOfSymbol(field))};`;
    });
    return `{ ${fields.join(' ')} }`;
  }

  private typeOf(node: ts.Node): string {
    return this.checker.typeToString(this.checker.getTypeAtLocation(node));
  }

  private signature(node: ts.SignatureDeclaration, withResult = true): string {
    for (const part of [...node.parameters, ...(node.type ? [node.type] : [])]) this.noteReferences(part);
    const types = node.typeParameters ? `<${node.typeParameters.map((one) => one.getText()).join(', ')}>` : '';
    const parameters = node.parameters.map((one) => this.parameter(one)).join(', ');
    if (!withResult) return `(${parameters})`;
    const own = this.checker.getSignatureFromDeclaration(node);
    const result = node.type ? this.typeText(node.type) : own ? this.checker.typeToString(own.getReturnType()) : 'void';
    return `${types}(${parameters}): ${result}`;
  }

  /** A default makes it optional; how it is taken apart is nobody's matter. */
  private parameter(node: ts.ParameterDeclaration): string {
    const isOptional = node.questionToken !== undefined || node.initializer !== undefined;
    const rest = node.dotDotDotToken ? '...' : '';
    const name = ts.isIdentifier(node.name) ? node.name.text : 'options';
    const type = node.type ? this.typeText(node.type) : this.typeOf(node);
    return `${rest}${name}${isOptional ? '?' : ''}: ${type}`;
  }

  private docOf(symbol: ts.Symbol, node: ts.Node): string {
    return this.ownDoc(node) || inOneLine(ts.displayPartsToString(symbol.getDocumentationComment(this.checker)));
  }

  private ownDoc(node: ts.Node): string {
    const place = ts.isVariableDeclaration(node) ? node.parent.parent : node;
    const comments = ts.getJSDocCommentsAndTags(place).filter(ts.isJSDoc);
    return inOneLine(ts.getTextOfJSDocComment(comments.at(-1)?.comment) ?? '');
  }

  /** A type of ours that somebody must be able to name, and cannot. */
  private noteReferences(node: ts.Node): void {
    const visit = (part: ts.Node): void => {
      if (ts.isBlock(part) || takesFromOther(part)) return;
      if (ts.isTypeReferenceNode(part) || ts.isExpressionWithTypeArguments(part)) {
        const name = ts.isTypeReferenceNode(part) ? part.typeName : part.expression;
        const found = this.checker.getSymbolAtLocation(name);
        if (found) this.mustBeExported(resolved(this.checker, found));
      }
      ts.forEachChild(part, visit);
    };
    visit(node);
  }

  private mustBeExported(symbol: ts.Symbol): void {
    if (symbol.flags & ts.SymbolFlags.TypeParameter || this.exported.has(symbol)) return;
    const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? '';
    const place = relative(this.project, file).split(sep).join('/');
    if (place.startsWith('src/')) this.hidden.add(`${symbol.name} of ${place}`);
  }
}

/** `Other['field']`, `keyof Other`, or `Pick<Other, …>`. */
function takesFromOther(node: ts.Node): boolean {
  if (ts.isIndexedAccessTypeNode(node) || ts.isTypeOperatorNode(node)) return isOfOther(node);
  return ts.isTypeReferenceNode(node) && node.typeName.getText() === 'Pick';
}

/** `readonly string[]` is an operator, too. */
function isOfOther(node: ts.IndexedAccessTypeNode | ts.TypeOperatorNode): boolean {
  return ts.isIndexedAccessTypeNode(node) || node.operator === ts.SyntaxKind.KeyOfKeyword;
}

interface OfMembers {
  name: string;
  kind: 'class' | 'interface';
  doc: string;
  node: ts.ClassDeclaration | ts.InterfaceDeclaration;
}

function has(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind);
}

function isPublic(node: ts.Node): boolean {
  if (has(node, ts.SyntaxKind.PrivateKeyword) || has(node, ts.SyntaxKind.ProtectedKeyword)) return false;
  return !ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
}

function withoutComments(node: ts.Node): string {
  const printer = ts.createPrinter({ removeComments: true });
  return inOneLine(printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()));
}
