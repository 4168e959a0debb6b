function quoted(parameter: string): string {
  const end = parameter.length - (/\\+$/.exec(parameter)?.[0].length ?? 0);
  return `"${parameter.slice(0, end).replaceAll('"', '\\""')}"${parameter.slice(end)}`;
}

/**
 * The text of a response file, a parameter a line (SqlPackage, General Parameters, `@{file-path}`).
 *
 * Its syntax is not documented. By its messages and by what others found, it is read by the old command-line
 * parser that many of Microsoft's tools share: quotation marks toggle, blanks part parameters outside of them
 * only, and a backslash means something only before a mark: the two give one, and the mark toggles all the
 * same. So a mark is written as a backslash and two marks, and no backslash stands before the closing one.
 */
export function responseFile(parameters: readonly string[]): string {
  return parameters.map((parameter) => `${quoted(parameter)}\n`).join("");
}
