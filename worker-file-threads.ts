/**
 * File threads of the process, all of its threads together: those that hang in a file system must leave some for name
 * look-ups and for other files. Read by Node when the first file is opened asynchronously, so this is imported first.
 */
// eslint-disable-next-line no-restricted-syntax -- It is Node that reads it, not this program.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
