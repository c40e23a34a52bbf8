/** What can be said of a statement. Kleene's strong logic: what is not known counts only where it would decide. */
export type Truth = "true" | "false" | "unknown";

export function not(truth: Truth): Truth {
  if (truth === "unknown") return "unknown";
  return truth === "true" ? "false" : "true";
}

export function every(truths: Iterable<Truth>): Truth {
  let all: Truth = "true";
  for (const truth of truths) {
    if (truth === "false") return "false";
    if (truth === "unknown") all = "unknown";
  }
  return all;
}

export function some(truths: Iterable<Truth>): Truth {
  let any: Truth = "false";
  for (const truth of truths) {
    if (truth === "true") return "true";
    if (truth === "unknown") any = "unknown";
  }
  return any;
}

export function truthOf(value: boolean): Truth {
  return value ? "true" : "false";
}
