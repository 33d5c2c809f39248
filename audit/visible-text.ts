/**
 * What no reader sees, or what a terminal obeys or turns its neighbours round by: controls without tab and line ends,
 * marks of direction, all that Unicode lets a font leave out, the blank of Braille, and halves of pairs.
 */
const HIDDEN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u2800\ufff9-\ufffb\p{Default_Ignorable_Code_Point}\p{Cs}]/gu;
/** Of an emoji: the style of its picture or keycap. What joins several is shown: they are drawn one by one. */
const IN_EMOJI = /(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)/uy;

/**
 * Text as it may leave the house: what is hidden in it stands as its code point, such as `[U+202E]`, so that nothing is
 * lost and no two names look alike.
 */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (found, at: number) => {
    IN_EMOJI.lastIndex = at;
    return IN_EMOJI.test(text) ? found : codePoint(found);
  });
}

/** `[U+202E]`: a character that cannot be shown. */
export function codePoint(character: string): string {
  return `[U+${hexCodePoint(character.codePointAt(0) ?? 0)}]`;
}

export function hexCodePoint(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}
