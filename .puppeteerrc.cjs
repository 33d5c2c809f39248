// Browsers are found by local/chromium.ts; nothing is downloaded behind the user's back.
module.exports = { skipDownload: true };
