// The official clients are CommonJS over ES modules. Where several test files load them at the same moment, Node refuses
// to require a module that another import has not finished, so they are loaded here, one after the other, first.
await import("@azure/core-rest-pipeline");
await import("@azure/identity");
await import("@azure/data-tables");
await import("@azure/storage-blob");
await import("@azure/monitor-query");
