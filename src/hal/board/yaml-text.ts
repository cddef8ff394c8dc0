/** Reads YAML text by a schema into plain values, and says of each thing that does not fit where it stands and why. */
import type { Static, TSchema } from '@sinclair/typebox';
import type { Node, YAMLMap } from 'yaml';
import type { ErrorCode } from '../errors';
import { nearest } from '../suggest';
import { YamlProblems } from './yaml-problems';
import { parseYaml, type Yaml, yamlPackage } from './yaml-syntax';

/** The part of JSON schema that the reader understands; a name it does not know constrains nothing here. */
interface Shape {
  /** Names the thing in messages: "must be <title> from 6 to 63". */
  title?: string;
  type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  const?: string | number;
  anyOf?: Shape[];
  properties?: Record<string, Shape>;
  required?: string[];
  items?: Shape;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
}

/** What a file says so far: any name may be missing, because it is absent or because its value was refused. */
export type YamlDraft<T> = T extends readonly (infer Item)[]
  ? YamlDraft<Item>[]
  : T extends object
    ? { [Name in keyof T]?: YamlDraft<T[Name]> | undefined }
    : T;

export interface YamlReading<T> {
  draft: YamlDraft<T>;
  /** For checks that need more than the schema. */
  problems: YamlProblems;
  /** The values as the schema has them; throws GreenupError with every problem when there is one. */
  complete(): T;
}

const shownCharactersMax = 40;

/** Reads one document. Throws GreenupError with `code` at once when the text is not YAML; else see YamlReading. */
export function readYaml<S extends TSchema>(
  text: string,
  fileName: string,
  code: ErrorCode,
  schema: S,
): YamlReading<Static<S>> {
  const yaml = yamlPackage();
  const plain = withoutMark(text);
  const problems = new YamlProblems(fileName, code, (offset) => {
    // Not by the package's counter: it leaves lines out where it gave up on a bracket.
    const before = plain.slice(0, offset);
    return { line: before.split('\n').length, col: offset - before.lastIndexOf('\n') };
  });
  const parsed = parseYaml(yaml, plain, problems);
  problems.throwIfAny();
  const reader = new Reader(yaml, problems);
  problems.place('', parsed?.contents?.range?.[0] ?? 0);
  const value = reader.read(schema, parsed?.contents ?? null, '', 0);
  return {
    // Both casts hold because the reader passes on nothing that it has not compared with the schema.
    draft: value as YamlDraft<Static<S>>,
    problems,
    complete() {
      problems.throwIfAny();
      return value as Static<S>;
    },
  };
}

/** A mapping that is being read: where it is, and the names that it may have. */
interface NamesAround {
  path: string;
  names: readonly string[];
}

/** Walks nodes and schema together. Every method returns the value, or undefined after adding a problem. */
class Reader {
  /** The mappings around the place that is being read, the outermost first. */
  private readonly levels: NamesAround[] = [];

  constructor(
    readonly yaml: Yaml,
    readonly problems: YamlProblems,
  ) {}

  /** `around` is the place of the name in front, for a value that has no text of its own. */
  read(shape: Shape, node: Node | null, path: string, around: number): unknown {
    this.problems.place(path, node?.range?.[0] ?? around);
    if (this.yaml.isAlias(node)) {
      this.problems.add(path, 'aliases (*name) are not read here; write the value out');
      return shape.type === 'object' ? {} : undefined;
    }
    if (shape.anyOf) return this.choice(shape, shape.anyOf, node, path, around);
    if (shape.type === 'object') return this.object(shape, node, path);
    if (shape.type === 'array') return this.list(shape, node, path, around);
    return this.scalar(shape, node, path);
  }

  private refuse(shape: Shape, node: Node | null, path: string): undefined {
    this.problems.add(path, `found ${this.found(node)}; must be ${expected(shape)}${this.hint(shape, node)}`);
    return undefined;
  }

  private choice(shape: Shape, choices: Shape[], node: Node | null, path: string, around: number): unknown {
    const map = choices.find((choice) => choice.type === 'object');
    if (map && this.yaml.isMap(node)) return this.read(map, node, path, around);
    const value = this.yaml.isScalar(node) ? node.value : undefined;
    const fitting = choices.find((choice) => choice.const !== undefined && choice.const === value);
    return fitting ? fitting.const : this.refuse(shape, node, path);
  }

  private object(shape: Shape, node: Node | null, path: string): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    if (!this.yaml.isMap(node)) {
      this.refuse(shape, node, path);
      return result;
    }
    const properties = shape.properties ?? {};
    const present = this.readNames(properties, node as YAMLMap<Node, Node | null>, path, result);
    for (const name of shape.required ?? []) {
      const property = properties[name];
      if (property && !present.has(name)) {
        this.problems.add(below(path, name), `missing; must be ${expected(property)}`);
      }
    }
    return result;
  }

  private readNames(
    properties: Record<string, Shape>,
    node: YAMLMap<Node, Node | null>,
    path: string,
    result: Record<string, unknown>,
  ): Set<string> {
    const names = Object.keys(properties);
    const present = new Set<string>();
    this.levels.push({ path, names });
    for (const { key, value } of node.items) {
      const offset = key?.range?.[0] ?? 0;
      const name = this.yaml.isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
      const property = name !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (name === undefined || property === undefined) {
        const unknown = name ?? this.source(key);
        const text = `unknown name; ${this.question(unknown, names)}Valid names: ${names.join(', ')}`;
        this.problems.add(below(path, cut(unknown)), text, offset);
        continue;
      }
      present.add(name);
      const read = this.read(property, value, below(path, name), offset);
      if (read !== undefined) result[name] = read;
    }
    this.levels.pop();
    return present;
  }

  /** A name that is one of a mapping around this one was indented too far; another may be misspelt. */
  private question(unknown: string, names: readonly string[]): string {
    const outer = this.levels.slice(0, -1).findLast((level) => level.names.includes(unknown));
    if (outer) return `is it indented too far? It is a name of ${outer.path === '' ? 'the whole file' : outer.path}. `;
    const meant = nearest(unknown, names);
    return meant === undefined ? '' : `did you mean ${meant}? `;
  }

  private list(shape: Shape, node: Node | null, path: string, around: number): unknown[] {
    if (!this.yaml.isSeq(node)) {
      this.refuse(shape, node, path);
      return [];
    }
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items = {} } = shape;
    if (node.items.length < minItems || node.items.length > maxItems) {
      this.problems.add(path, `found a list of ${node.items.length}; must be ${expected(shape)}`);
    }
    return node.items.map((item, index) => this.read(items, item as Node | null, `${path}[${index}]`, around));
  }

  private scalar(shape: Shape, node: Node | null, path: string): unknown {
    const value = this.yaml.isScalar(node) ? node.value : undefined;
    return fits(shape, value) ? value : this.refuse(shape, node, path);
  }

  private hint(shape: Shape, node: Node | null): string {
    if (!this.yaml.isScalar(node)) return '';
    if (shape.type === 'string' && shape.const === undefined && typeof node.value !== 'string' && node.value !== null) {
      return `; to make it a text put it in quotes: "${cut(this.source(node))}"`;
    }
    const words = (shape.anyOf ?? [shape]).flatMap((choice) =>
      choice.const === undefined ? [] : [String(choice.const)],
    );
    const meant = typeof node.value === 'string' ? nearest(node.value, words) : undefined;
    return meant === undefined ? '' : `; did you mean ${meant}?`;
  }

  private found(node: Node | null): string {
    if (this.yaml.isMap(node)) return 'a mapping';
    if (this.yaml.isSeq(node)) return 'a list';
    if (!this.yaml.isScalar(node) || node.value === null) return 'nothing';
    return typeof node.value === 'string' ? JSON.stringify(cut(node.value)) : cut(this.source(node));
  }

  /** A value as the file writes it: 059004 rather than 59004. */
  private source(node: unknown): string {
    if (!this.yaml.isScalar(node)) return this.yaml.isNode(node) ? 'a mapping or list' : 'nothing';
    return node.source ?? String(node.value);
  }
}

function fits(shape: Shape, value: unknown): boolean {
  if (shape.const !== undefined) return value === shape.const;
  if (shape.type === 'integer' ? !Number.isInteger(value) : typeof value !== shape.type) return false;
  if (typeof value === 'number') {
    // The comparisons refuse NaN, too.
    return value >= (shape.minimum ?? Number.NEGATIVE_INFINITY) && value <= (shape.maximum ?? Number.POSITIVE_INFINITY);
  }
  if (typeof value === 'string') {
    const characters = [...value].length;
    const fitsLength = characters >= (shape.minLength ?? 0) && characters <= (shape.maxLength ?? characters);
    return fitsLength && (shape.pattern === undefined || new RegExp(shape.pattern).test(value));
  }
  return true;
}

/** What a message says must stand there, for example "a number of amperes from 6 to 63". */
function expected(shape: Shape): string {
  if (shape.const !== undefined) return String(shape.const);
  if (shape.anyOf) return shape.title ?? shape.anyOf.map(expected).join(' or ');
  switch (shape.type) {
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list of ${shape.minItems ?? 0} to ${shape.maxItems ?? 'any number of'} ${shape.title ?? 'values'}`;
    case 'object':
      return `${shape.title ?? 'a mapping'} with the names ${Object.keys(shape.properties ?? {}).join(', ')}`;
    case 'number':
    case 'integer':
      return `${numberName(shape)} from ${shape.minimum ?? 0} to ${shape.maximum ?? 'any'}`;
    default:
      return shape.maxLength === undefined
        ? (shape.title ?? 'a text')
        : `${shape.title ?? 'a text'} of ${shape.minLength ?? 0} to ${shape.maxLength} characters`;
  }
}

function numberName({ title, type }: Shape): string {
  if (title === undefined) return type === 'integer' ? 'a whole number' : 'a number';
  return type === 'integer' ? `${title} (a whole number)` : title;
}

/** Some editors put a byte order mark in front, which is no character of the first line. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length > shownCharactersMax ? `${characters.slice(0, shownCharactersMax).join('')}…` : text;
}
