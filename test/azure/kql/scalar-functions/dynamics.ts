import { converter } from "../convert.ts";
import { as, asText } from "../expression.ts";
import type { Evaluate } from "../relation.ts";
import { type Bag, compareValues, isArray, isBag, type Value, valueKey } from "../value.ts";
import { argument, type Call, define, defineVariadic, type ScalarFunction } from "./define.ts";

export const dynamics: Readonly<Record<string, ScalarFunction>> = {
  array_length: define(["dynamic"], (array) => (isArray(array) ? array.length : null)),
  array_concat: defineVariadic("dynamic", (arrays) => arrays.flatMap((each) => (isArray(each) ? each : []))),
  array_slice: define(["dynamic", "long", "long"], (array, start, end) => {
    if (!isArray(array)) return null;
    // The end is included; negative positions count from the end.
    return array.slice(start, end === -1 ? array.length : end + 1);
  }),
  array_index_of: define(["dynamic", "dynamic"], (array, wanted) =>
    isArray(array) ? array.findIndex((each) => valueKey(each) === valueKey(wanted)) : null,
  ),
  array_reverse: define(["dynamic"], (array) => (isArray(array) ? array.toReversed() : null)),
  array_sort_asc: define(["dynamic"], (array) => (isArray(array) ? array.toSorted(compareValues) : null)),
  array_sort_desc: define(["dynamic"], (array) =>
    isArray(array) ? array.toSorted((a, b) => compareValues(b, a)) : null,
  ),
  array_sum: define(["dynamic"], (array) =>
    isArray(array) ? array.reduce((sum: number, each) => sum + Number(each), 0) : null,
  ),
  set_has_element: define(["dynamic", "dynamic"], (set, wanted) =>
    isArray(set) ? set.some((each) => valueKey(each) === valueKey(wanted)) : null,
  ),
  set_union: defineVariadic("dynamic", (sets) => distinct(sets.flatMap((each) => (isArray(each) ? each : [])))),
  set_intersect: define(["dynamic", "dynamic"], (first, ...others) => {
    if (!isArray(first)) return null;
    const keys = others.map(keysOf);
    return distinct(first.filter((each) => keys.every((set) => set.has(valueKey(each)))));
  }),
  set_difference: define(["dynamic", "dynamic"], (first, ...others) => {
    if (!isArray(first)) return null;
    const keys = others.map(keysOf);
    return distinct(first.filter((each) => !keys.some((set) => set.has(valueKey(each)))));
  }),
  pack: pack,
  bag_pack: pack,
  pack_dictionary: pack,
  pack_array: ({ args }) => {
    const reads = args.map((arg) => as(arg, "dynamic"));
    return (row, run) => reads.map((read) => read(row, run));
  },
  pack_all: ({ scope }) => {
    const columns = [...scope.columns.values()].map(({ name, type, read }) => ({
      name,
      read: as({ type, fixed: false, evaluate: read }, "dynamic"),
    }));
    return (row, run) => Object.fromEntries(columns.map(({ name, read }) => [name, read(row, run)]));
  },
  bag_keys: define(["dynamic"], (bag) => (isBag(bag) ? Object.keys(bag) : null)),
  bag_has_key: define(["dynamic", "string"], (bag, key) => (isBag(bag) ? Object.hasOwn(bag, key) : null)),
  // The leftmost bag wins, as Kusto documents.
  bag_merge: defineVariadic("dynamic", (bags) => Object.assign({}, ...bags.filter((bag) => isBag(bag)).toReversed())),
  bag_remove_keys: define(["dynamic", "dynamic"], (bag, keys) => {
    if (!isBag(bag) || !isArray(keys)) return null;
    return Object.fromEntries(Object.entries(bag).filter(([key]) => !keys.includes(key)));
  }),
  bag_set_key: define(["dynamic", "string", "dynamic"], (bag, key, value) =>
    isBag(bag) ? { ...bag, [key]: value } : null,
  ),
  zip: define(["dynamic", "dynamic"], (...arrays) => {
    const lists = arrays.filter(isArray);
    const length = Math.max(0, ...lists.map((list) => list.length));
    return Array.from({ length }, (_, index) => lists.map((list) => list[index] ?? null));
  }),
  repeat: define(["dynamic", "long"], (value, count) => Array.from({ length: Math.max(0, count) }, () => value)),
  range: (call) => {
    const { type, evaluate: from } = argument(call, 0);
    const to = argument(call, 1).evaluate;
    const convert = converter(type, "dynamic");
    const step = call.args[2]?.evaluate;
    return (row, run) => {
      const [first, last, by] = [from(row, run), to(row, run), step ? step(row, run) : 1].map(Number);
      const result: Value[] = [];
      if (first === undefined || last === undefined || !by) return null;
      for (let at = first; by > 0 ? at <= last : at >= last; at += by) result.push(convert ? convert(at) : at);
      return result;
    };
  },
  parse_path: define(["string"], parsePath),
};

function distinct(values: readonly Value[]): readonly Value[] {
  return [...new Map(values.toReversed().map((value) => [valueKey(value), value])).values()].toReversed();
}

function keysOf(values: Value): ReadonlySet<string> {
  return new Set(isArray(values) ? values.map(valueKey) : []);
}

function pack(call: Call): Evaluate {
  const pairs: { readonly key: ReturnType<typeof asText>; readonly value: Evaluate }[] = [];
  for (let index = 0; index + 1 < call.args.length; index += 2) {
    pairs.push({ key: asText(argument(call, index)), value: as(argument(call, index + 1), "dynamic") });
  }
  return (row, run) => Object.fromEntries(pairs.map(({ key, value }) => [key(row, run), value(row, run)]));
}

function parsePath(path: string): Bag {
  const scheme = /^[a-z]+:\/\//i.exec(path)?.[0] ?? "";
  const rest = path.slice(scheme.length);
  const cut = Math.max(rest.lastIndexOf("/"), rest.lastIndexOf("\\"));
  const file = rest.slice(cut + 1);
  const dot = file.lastIndexOf(".");
  return {
    Scheme: scheme.replace("://", ""),
    RootPath: /^[A-Za-z]:/.exec(rest)?.[0] ?? "",
    DirectoryPath: rest.slice(0, Math.max(0, cut)),
    DirectoryName: rest.slice(0, Math.max(0, cut)).split(/[/\\]/).at(-1) ?? "",
    Filename: file,
    Extension: dot === -1 ? "" : file.slice(dot + 1),
    AlternateDataStreamName: "",
  };
}
