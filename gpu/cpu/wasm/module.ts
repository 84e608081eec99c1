/** Functions and modules of WebAssembly, put together at run time: no compiler, no file. */

import { constant, type Operand, type Statement, unsigned, type Value, type ValueType } from "./values.ts";

const TYPE_BYTES: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const NO_RESULT = 0x40;

/** A variable of a function; as a value, what it holds. */
export interface Local<T extends ValueType> extends Value<T> {
  readonly index: number;
}

/** The body of a function, written from top to bottom. */
export class Body {
  readonly #types: ValueType[];
  readonly #parameterCount: number;
  readonly #code: number[] = [];

  constructor(parameters: readonly ValueType[]) {
    this.#types = [...parameters];
    this.#parameterCount = parameters.length;
  }

  /** A new variable that holds `value`. */
  let<T extends ValueType>(value: Value<T>): Local<T> {
    const index = this.#types.push(value.type) - 1;
    const local = createLocal(value.type, index);
    this.set(local, value);
    return local;
  }

  set<T extends ValueType>(local: Local<T>, value: Operand<T>): void {
    const code = typeof value === "number" ? constant(local.type, value).code : value.code;
    this.#code.push(...code, 0x21, ...unsigned(local.index));
  }

  do(...statements: readonly Statement[]): void {
    for (const statement of statements) this.#code.push(...statement);
  }

  call(callee: FunctionCode, ...parameters: readonly Value<ValueType>[]): void {
    for (const { code } of parameters) this.#code.push(...code);
    this.#code.push(0x10, ...unsigned(callee.index));
  }

  if(condition: Value<"i32">, then: () => void, otherwise?: () => void): void {
    this.#code.push(...condition.code, 0x04, NO_RESULT);
    then();
    if (otherwise !== undefined) {
      this.#code.push(0x05);
      otherwise();
    }
    this.#code.push(0x0b);
  }

  /** Runs `body` once, and again while the condition that it returns holds. */
  repeat(body: () => Value<"i32">): void {
    this.#code.push(0x03, NO_RESULT);
    this.#code.push(...body().code, 0x0d, 0, 0x0b);
  }

  /** Runs `body` as long as the condition holds before it. */
  while(condition: Value<"i32">, body: () => void): void {
    this.if(condition, () =>
      this.repeat(() => {
        body();
        return condition;
      }));
  }

  encode(): number[] {
    const own = this.#types.slice(this.#parameterCount).map((type) => [1, TYPE_BYTES[type]]);
    return sized([...list(own), ...this.#code, 0x0b]);
  }
}

const createLocal = <T extends ValueType>(type: T, index: number): Local<T> => ({
  type,
  index,
  code: [0x20, ...unsigned(index)],
});

export interface FunctionCode {
  readonly name: string;
  readonly index: number;
  readonly parameters: readonly ValueType[];
  readonly body: Body;
}

type Locals<P extends readonly ValueType[]> = { readonly [K in keyof P]: Local<P[K]> };

/** A module in the making: functions over one shared memory that is imported as `memory` from `host`. */
export class ModuleCode {
  readonly #functions: FunctionCode[] = [];

  /** Adds a function without result. */
  define<const P extends readonly ValueType[]>(
    name: string,
    parameters: P,
    write: (body: Body, ...parameters: Locals<P>) => void,
  ): FunctionCode {
    const body = new Body(parameters);
    const locals = parameters.map((type, index) => createLocal(type, index));
    write(body, ...locals as unknown as Locals<P>);
    const code = { name, index: this.#functions.length, parameters, body };
    this.#functions.push(code);
    return code;
  }

  encode(memoryPages: number): Uint8Array<ArrayBuffer> {
    const functions = this.#functions;
    const types = functions.map(({ parameters }) => [0x60, ...list(parameters.map((type) => [TYPE_BYTES[type]])), 0]);
    const shared = 3, pages = unsigned(memoryPages);
    const memory = [...text("host"), ...text("memory"), 0x02, shared, ...pages, ...pages];
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, types),
      ...section(2, [memory]),
      ...section(3, functions.map(({ index }) => unsigned(index))),
      ...section(7, functions.map(({ name, index }) => [...text(name), 0x00, ...unsigned(index)])),
      ...section(10, functions.map(({ body }) => body.encode())),
    ]);
  }
}

const list = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const section = (id: number, items: readonly (readonly number[])[]): number[] => [id, ...sized(list(items))];
const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);
