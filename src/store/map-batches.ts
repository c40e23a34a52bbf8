const batchSize = 100; // the service's limit for one transaction

/** Writes many rows of one partition, as many at once as the service takes. */
export async function mapBatches<Item, Result>(
  items: readonly Item[],
  write: (batch: readonly Item[]) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += batchSize) {
    results.push(await write(items.slice(start, start + batchSize)));
  }
  return results;
}
