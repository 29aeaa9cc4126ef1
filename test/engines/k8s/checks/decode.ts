import * as models from '@kubernetes/client-node';
import { badRequest } from '../http/refusal.ts';
import type { ResourceInfo } from '../resources.ts';
import { isQuantity } from './quantity.ts';

/** Takes out what its kind does not have, and gives the paths. Throws 400 for what has the wrong type. */
export function decode({ kind, version }: ResourceInfo, body: object): string[] {
  const unknown: string[] = [];
  const fail = (why: string) => badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
  walk(modelOf(kind), body, { at: '', goAt: '', struct: kind, field: null, unknown, fail });
  return unknown;
}

interface Field {
  name: string;
  type: string;
  format: string;
}

interface Where {
  /** As the server writes it: `spec.template.spec.containers[0].env`. */
  at: string;
  /** As Go's decoder writes it: without indexes. */
  goAt: string;
  struct: string;
  field: Field | null;
  unknown: string[];
  fail(why: string): Error;
}

const modelOf = (kind: string) => (isModel(`V1${kind}`) ? `V1${kind}` : `CoreV1${kind}`);

function walk(type: string, value: unknown, where: Where): void {
  if (value === null || value === undefined || type === 'any') return;
  const list = /^Array<(.+)>$/.exec(type)?.[1];
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (list) walkList(list, value, where);
  else if (map) walkMap(map, value, where);
  else if (isModel(type)) walkModel(type, value, where);
  else checkScalar(type, value, where);
}

function walkList(type: string, value: unknown, where: Where): void {
  if (!Array.isArray(value)) throw wrongType(value, `[]${goName(type)}`, where);
  for (const [index, each] of value.entries()) walk(type, each, { ...where, at: `${where.at}[${index}]` });
}

function walkMap(type: string, value: unknown, where: Where): void {
  if (!isRecord(value)) throw wrongType(value, `map[string]${goName(type)}`, where);
  for (const [key, each] of Object.entries(value)) {
    if (isQuantityMap(where.field)) checkQuantity(each, where);
    else if (where.field?.format === 'byte') checkBytes(each, where);
    else walk(type, each, { ...where, at: join(where.at, key), goAt: where.goAt });
  }
}

function walkModel(type: string, value: unknown, where: Where): void {
  if (!isRecord(value)) throw wrongType(value, `v1.${goName(type)}`, where);
  const fields = fieldsOf(type);
  for (const [name, each] of Object.entries(value)) {
    const field = fields.get(name);
    const at = join(where.at, name);
    if (!field) {
      where.unknown.push(at);
      delete value[name];
    } else if (isQuantityField(field)) checkQuantity(each, where);
    else walk(field.type, each, { ...where, at, goAt: join(where.goAt, name), struct: goName(type), field });
  }
}

function checkScalar(type: string, value: unknown, where: Where): void {
  if (type === 'string' && typeof value !== 'string') throw wrongType(value, 'string', where);
  if (type === 'boolean' && typeof value !== 'boolean') throw wrongType(value, 'bool', where);
  if (type === 'number' && (typeof value !== 'number' || isFraction(value, where.field))) {
    throw wrongType(value, where.field?.format || 'float64', where);
  }
}

const isFraction = (value: number, field: Field | null) =>
  field?.format.startsWith('int') === true && !Number.isInteger(value);

function wrongType(value: unknown, wanted: string, { fail, struct, goAt }: Where): Error {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return fail(`json: cannot unmarshal ${found} into Go struct field ${struct}.${goAt} of type ${wanted}`);
}

const isQuantityMap = (field: Field | null) => ['limits', 'requests', 'capacity'].includes(field?.name ?? '');
const isQuantityField = ({ name }: Field) => name === 'sizeLimit' || name === 'divisor';

function checkQuantity(value: unknown, { fail }: Where): void {
  if (isQuantity(value)) return;
  throw fail("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

function checkBytes(value: unknown, where: Where): void {
  if (typeof value !== 'string') throw wrongType(value, '[]uint8', where);
  const wrong = value.search(/[^A-Za-z0-9+/=\r\n]/);
  if (wrong >= 0 || value.replace(/[\r\n]/g, '').length % 4) {
    throw where.fail(`illegal base64 data at input byte ${wrong >= 0 ? wrong : value.length}`);
  }
}

const tables = new Map<string, Map<string, Field>>();

function fieldsOf(type: string): Map<string, Field> {
  let fields = tables.get(type);
  if (!fields) {
    const described = modelNamed(type)?.getAttributeTypeMap() ?? [];
    fields = new Map(described.map(({ baseName, ...rest }) => [baseName, { ...rest, name: baseName }]));
    tables.set(type, fields);
  }
  return fields;
}

interface Model {
  getAttributeTypeMap(): { name: string; baseName: string; type: string; format: string }[];
}

const modelNamed = (type: string) => (models as unknown as Record<string, Partial<Model> | undefined>)[type] as Model;

const isModel = (type: string) => typeof modelNamed(type)?.getAttributeTypeMap === 'function';

const goName = (type: string) => type.replace(/^(Core)?V1/, '');
const join = (at: string, name: string) => (at ? `${at}.${name}` : name);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
