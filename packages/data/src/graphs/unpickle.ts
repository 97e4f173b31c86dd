import { type ByteSource, InputError, showValue, toBytes } from '@unbraid/checks';
import { isType, makeObject, type Pickled, typeCalled } from './pickle-objects.ts';
import { createPickleReader, type PickleReader, rawUnescaped, unquoted } from './pickle-reader.ts';

/** What Python writes; protocol 5 is that of Python 3.8 and later. */
const LATEST_PROTOCOL = 5;

/** Dictionaries in a pickle; files of graphs have one for each matrix and one of neighbours. Each takes far more memory than its byte in the file. */
const MOST_DICTIONARIES = 1000;

/**
 * Reads a pickle of NumPy arrays, SciPy CSR matrices, numbers, text, lists and dictionaries, of protocols 0 to 5, as Python 2 or 3 wrote it.
 * Nothing in it is executed: it may name the types of those alone, and building them is done here, in time and memory of the file's size.
 *
 * @param name how errors name the pickle.
 * @throws InputError where it asks for anything else, is cut off or damaged.
 */
export function unpickle(source: ByteSource, name = 'the pickle'): Pickled {
  const bytes = toBytes(source, name);
  const machine = createMachine(createPickleReader(bytes, name), name, bytes.length);
  for (;;) {
    const code = machine.reader.uint(1);
    if (code === STOP) return machine.pop();
    const operation = OPERATIONS.get(code);
    if (!operation)
      throw new InputError(
        'file',
        `data: ${name} has the pickle operation 0x${code.toString(16)}, which no array or matrix needs; it is refused`,
      );
    operation(machine);
  }
}

const STOP = 0x2e;

type Machine = ReturnType<typeof createMachine>;

/** The stack and the memo that a pickle's operations work on. */
function createMachine(reader: PickleReader, name: string, size: number) {
  const { damaged } = reader;
  const stack: Pickled[] = [];
  /** Heights of the stack at its marks. */
  const marks: number[] = [];
  const memo = new Map<number, Pickled>();
  let dictionaries = 0;
  let copied = 0;
  const top = (): Pickled => {
    const value = stack.at(-1);
    if (value === undefined || stack.length === marks.at(-1)) throw damaged('nothing to take');
    return value;
  };
  const pop = (): Pickled => {
    const value = top();
    stack.pop();
    return value;
  };
  const push = (value: Pickled) => {
    if (value instanceof Map && ++dictionaries > MOST_DICTIONARIES)
      throw damaged(`more than ${MOST_DICTIONARIES} dictionaries`);
    stack.push(value);
  };
  const popToMark = (): Pickled[] => {
    const from = marks.pop();
    if (from === undefined) throw damaged('no mark');
    return stack.splice(from);
  };
  return {
    reader,
    damaged,
    top,
    pop,
    push,
    popToMark,
    mark: () => marks.push(stack.length),
    put: (key: number) => memo.set(key, top()),
    memoize: () => memo.set(memo.size, top()),
    get(key: number) {
      const found = memo.get(key);
      if (found === undefined) throw damaged(`nothing under ${key}`);
      stack.push(found);
    },
    tuple: (count: number) => push(Array.from({ length: count }, pop).reverse()),
    append(values: Pickled[]) {
      const list = top();
      if (!Array.isArray(list)) throw damaged('appends to no list');
      for (const value of values) list.push(value);
    },
    setItems(values: Pickled[]) {
      const map = top();
      if (!(map instanceof Map)) throw damaged('sets an item of no dictionary');
      if (values.length % 2 > 0) throw damaged('a key without an item');
      for (let i = 0; i < values.length; i += 2) map.set(values[i]!, values[i + 1]!);
    },
    global(module: string, type: string) {
      const found = typeCalled(module, type);
      if (found) return push(found);
      const asked = showValue(`${module}.${type}`).slice(1, -1);
      throw new InputError(
        'file',
        `data: ${name} asks for ${asked}; only NumPy arrays and SciPy CSR matrices are read, and nothing of a pickle is executed`,
      );
    },
    make() {
      const args = pop();
      const type = pop();
      if (!isType(type) || !Array.isArray(args)) throw damaged('makes an object of no type');
      const made = makeObject(type, args, reader);
      // A text that is in the file once could be copied for every four bytes of it.
      if (made instanceof Uint8Array) copied += made.length;
      if (copied > size) throw damaged('more bytes than the file has');
      push(made);
    },
    build() {
      const state = pop();
      const object = top();
      if (typeof object !== 'object' || object === null || !('kind' in object) || object.kind !== 'object')
        throw damaged('gives a state to no object');
      object.state = state;
    },
    protocol(protocol: number) {
      if (protocol > LATEST_PROTOCOL)
        throw new InputError(
          'file',
          `data: ${name} is a pickle of protocol ${protocol}; save it with protocol ${LATEST_PROTOCOL} or less`,
        );
    },
  };
}

/** What each operation does; numbers and names as in Python's module pickletools. */
const OPERATIONS: ReadonlyMap<number, (m: Machine) => void> = new Map([
  // Numbers, null and truth.
  [0x46, (m) => m.push(m.reader.decimalFloat())], // FLOAT
  [0x47, (m) => m.push(m.reader.float())], // BINFLOAT
  [0x49, (m) => m.push(intOrTruth(m))], // INT
  [0x4a, (m) => m.push(m.reader.int32())], // BININT
  [0x4b, (m) => m.push(m.reader.uint(1))], // BININT1
  [0x4c, (m) => m.push(m.reader.decimal())], // LONG
  [0x4d, (m) => m.push(m.reader.uint(2))], // BININT2
  [0x8a, (m) => m.push(m.reader.long(m.reader.uint(1)))], // LONG1
  [0x8b, (m) => m.push(m.reader.long(m.reader.uint(4)))], // LONG4
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  // Text and bytes of Python 2.
  [0x53, (m) => m.push(quoted(m))], // STRING
  [0x54, (m) => m.push(m.reader.latin1(m.reader.uint(4)))], // BINSTRING
  [0x55, (m) => m.push(m.reader.latin1(m.reader.uint(1)))], // SHORT_BINSTRING
  // Text.
  [0x56, (m) => m.push(rawUnescaped(m.reader.rawLine()))], // UNICODE
  [0x58, (m) => m.push(m.reader.utf8(m.reader.uint(4)))], // BINUNICODE
  [0x8c, (m) => m.push(m.reader.utf8(m.reader.uint(1)))], // SHORT_BINUNICODE
  [0x8d, (m) => m.push(m.reader.utf8(m.reader.uint(8)))], // BINUNICODE8
  // Bytes.
  [0x42, (m) => m.push(m.reader.take(m.reader.uint(4)))], // BINBYTES
  [0x43, (m) => m.push(m.reader.take(m.reader.uint(1)))], // SHORT_BINBYTES
  [0x8e, (m) => m.push(m.reader.take(m.reader.uint(8)))], // BINBYTES8
  [0x96, (m) => m.push(m.reader.take(m.reader.uint(8)))], // BYTEARRAY8
  // Lists, tuples, sets and dictionaries.
  [0x28, (m) => m.mark()], // MARK
  [0x29, (m) => m.push([])], // EMPTY_TUPLE
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x8f, (m) => m.push([])], // EMPTY_SET
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x6c, (m) => m.push(m.popToMark())], // LIST
  [0x74, (m) => m.push(m.popToMark())], // TUPLE
  [0x91, (m) => m.push(m.popToMark())], // FROZENSET
  [0x64, (m) => dictionary(m)], // DICT
  [0x85, (m) => m.tuple(1)], // TUPLE1
  [0x86, (m) => m.tuple(2)], // TUPLE2
  [0x87, (m) => m.tuple(3)], // TUPLE3
  [0x61, (m) => m.append([m.pop()])], // APPEND
  [0x65, (m) => m.append(m.popToMark())], // APPENDS
  [0x90, (m) => m.append(m.popToMark())], // ADDITEMS
  [0x73, (m) => m.setItems([m.pop(), m.pop()].reverse())], // SETITEM
  [0x75, (m) => m.setItems(m.popToMark())], // SETITEMS
  // The stack and the memo.
  [0x30, (m) => m.pop()], // POP
  [0x31, (m) => m.popToMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP
  [0x67, (m) => m.get(m.reader.decimal())], // GET
  [0x68, (m) => m.get(m.reader.uint(1))], // BINGET
  [0x6a, (m) => m.get(m.reader.uint(4))], // LONG_BINGET
  [0x70, (m) => m.put(m.reader.decimal())], // PUT
  [0x71, (m) => m.put(m.reader.uint(1))], // BINPUT
  [0x72, (m) => m.put(m.reader.uint(4))], // LONG_BINPUT
  [0x94, (m) => m.memoize()], // MEMOIZE
  // Types and objects.
  [0x63, (m) => m.global(m.reader.line(), m.reader.line())], // GLOBAL
  [0x93, (m) => stackGlobal(m)], // STACK_GLOBAL
  [0x52, (m) => m.make()], // REDUCE
  [0x81, (m) => m.make()], // NEWOBJ
  [0x62, (m) => m.build()], // BUILD
  // The file itself. Frames say how much may be read at once.
  [0x80, (m) => m.protocol(m.reader.uint(1))], // PROTO
  [0x95, (m) => m.reader.uint(8)], // FRAME
]);

/** Python writes truth so where it has no operation for it. */
function intOrTruth({ reader, damaged }: Machine): number | boolean {
  const text = reader.line();
  if (text === '00' || text === '01') return text === '01';
  const value = /^[+-]?\d{1,20}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw damaged(`${showValue(text)} is no integer that can be read`);
  return value;
}

function quoted({ reader, damaged }: Machine): string {
  const text = unquoted(reader.rawLine());
  if (text === undefined) throw damaged('a string without quotes');
  return text;
}

function dictionary(m: Machine): void {
  const items = m.popToMark();
  m.push(new Map());
  m.setItems(items);
}

function stackGlobal(m: Machine): void {
  const [name, module] = [m.pop(), m.pop()];
  if (typeof name !== 'string' || typeof module !== 'string') throw m.damaged('the name of a type that is no text');
  m.global(module, name);
}
