import Module from "node:module";

/** A binding as the library hands it to the host. */
export interface Binding {
  readonly name: string;
  readonly type: string;
  readonly direction: "in" | "out";
  readonly [setting: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
}

/** One function of an app: what the host is told of it, and what the worker calls. */
export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: (...inputs: readonly unknown[]) => unknown;
}

/** The parts of the library's own invocation model that a worker uses. */
interface ProgrammingModel {
  getInvocationModel(context: object): {
    getArguments(): Promise<{ readonly context: object; readonly inputs: readonly unknown[] }>;
    invokeFunction(
      context: object,
      inputs: readonly unknown[],
      callback: RegisteredFunction["callback"],
    ): Promise<unknown>;
    getResponse(context: object, result: unknown): Promise<RpcResponse>;
  };
}

interface RpcResponse {
  readonly returnValue?: RpcValue | null;
  readonly outputData?: readonly { readonly name: string; readonly data: RpcValue }[];
}

/** A value on its way between host and worker: one of these is set. */
export interface RpcValue {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly http?: RpcHttp;
}

export interface RpcHttp {
  readonly method?: string;
  readonly url?: string;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly nullableHeaders?: Readonly<Record<string, { readonly value: string }>>;
  readonly nullableParams?: Readonly<Record<string, { readonly value: string }>>;
  readonly body?: RpcValue | null;
}

const hookNames = ["appStart", "appTerminate", "preInvocation", "postInvocation", "log"] as const;
type Hook = (context: object) => unknown;

interface Core {
  model: ProgrammingModel | undefined;
  /** Functions of the app that is being loaded. */
  functions: Map<string, RegisteredFunction>;
  readonly hooks: Readonly<Record<(typeof hookNames)[number], Hook[]>>;
}

/**
 * Stands in for `@azure/functions-core`, the module that is on no disk because the Functions worker answers the
 * library's `require` of it. One for a process: the library asks once and keeps what it got, so this has to be called
 * before any function is registered.
 */
export function functionsCore(): Core {
  const key = Symbol.for("acr-auth-auditor.functions-core");
  const shared = globalThis as unknown as Record<symbol, Core | undefined>;
  shared[key] ??= install();
  return shared[key];
}

function install(): Core {
  const core: Core = {
    model: undefined,
    functions: new Map(),
    hooks: { appStart: [], appTerminate: [], preInvocation: [], postInvocation: [], log: [] },
  };
  const api = {
    version: "3.13.0",
    hostVersion: "4.1048.200",
    Disposable: Registration,
    setProgrammingModel: (model: ProgrammingModel) => {
      core.model = model;
    },
    getProgrammingModel: () => core.model,
    registerHook: (name: (typeof hookNames)[number], hook: Hook) => {
      core.hooks[name].push(hook);
      return new Registration(() => void core.hooks[name].splice(core.hooks[name].indexOf(hook), 1));
    },
    registerFunction: (metadata: FunctionMetadata, callback: RegisteredFunction["callback"]) => {
      if (core.functions.has(metadata.name)) throw new Error(`A function "${metadata.name}" is registered already.`);
      core.functions.set(metadata.name, { metadata, callback });
      return new Registration(() => void core.functions.delete(metadata.name));
    },
    log: () => {},
  };
  const { require } = Module.prototype;
  Module.prototype.require = function (this: NodeJS.Module, id: string) {
    return id === "@azure/functions-core" ? api : require.call(this, id);
  } as NodeJS.Require;
  return core;
}

class Registration {
  readonly #dispose: () => void;
  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }
  dispose(): void {
    this.#dispose();
  }
}
