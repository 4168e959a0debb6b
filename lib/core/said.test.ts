import { describe, expect, it } from "vitest";
import { createSaid } from "#lib/core/said";

const said = createSaid({
  "Nothing was changed.": "Nada foi alterado.",
  "Nothing was changed in the target.": "Nada foi alterado no destino.",
  "The host name is unknown.": "O nome do host é desconhecido.",
  "{target} already holds {names}: choose to drop what exists. Nothing was changed.":
    "{target} já contém {names}: escolha apagar o que já existe. Nada foi alterado.",
  "{target} already holds {names}.": "{target} já contém {names}.",
  "There is no {path}.": "{path} não existe.",
  "The backup's file {path} is damaged: {why}.": "O arquivo {path} do backup está danificado: {why}.",
  "{path} is damaged: {why}.": "{path} está danificado: {why}.",
  "it has {bytes} bytes instead of {expected}": "ele tem {bytes} bytes em vez de {expected}",
  "{tool} exited with code {code}: {words}": "{tool} terminou com o código {code}: {words}",
  "From {a} to {b}, and back to {a}.": "De {a} a {b}, e de volta a {a}.",
  "Only {left} are left; the next backup may need {wanted}.":
    "O próximo backup pode precisar de {wanted}; só restam {left}.",
  "No storage location took the backup: {reasons}": "Nenhum armazenamento aceitou o backup: {reasons}",
});

describe("createSaid", () => {
  it("says what the catalogue holds word for word", () => {
    expect(said("The host name is unknown.")).toBe("O nome do host é desconhecido.");
  });
  it("keeps what stands in the gaps, in whatever order the other language has them", () => {
    expect(said("Only 2 GiB are left; the next backup may need 3 GiB.")).toBe(
      "O próximo backup pode precisar de 3 GiB; só restam 2 GiB.",
    );
    expect(said("There is no $& {why} $1.")).toBe("$& {why} $1 não existe.");
  });
  it("takes the entry with most words of its own", () => {
    expect(said("shop already holds a, b: choose to drop what exists. Nothing was changed.")).toBe(
      "shop já contém a, b: escolha apagar o que já existe. Nada foi alterado.",
    );
    expect(said("The backup's file x.gz is damaged: cut.")).toBe(
      "O arquivo x.gz do backup está danificado: cut.",
    );
  });
  it("fills a gap that comes twice only with the same", () => {
    expect(said("From A to B, and back to A.")).toBe("De A a B, e de volta a A.");
    expect(said("From A to B, and back to C.")).toBe("From A to B, and back to C.");
  });
  it("says a message inside a message, also one that lost its full stop", () => {
    expect(said("The backup's file x is damaged: it has 1 bytes instead of 2.")).toBe(
      "O arquivo x do backup está danificado: ele tem 1 bytes em vez de 2.",
    );
    expect(said("disk is damaged: The host name is unknown.")).toBe(
      "disk está danificado: O nome do host é desconhecido.",
    );
  });
  it("leaves a single word in a gap alone", () => {
    const tricky = createSaid({ failed: "falhou", "There is no {path}.": "{path} não existe." });
    expect(tricky("There is no failed.")).toBe("failed não existe.");
  });
  it("says joined messages one by one, with what parts them", () => {
    expect(said("The host name is unknown. Nothing was changed in the target.")).toBe(
      "O nome do host é desconhecido. Nada foi alterado no destino.",
    );
    expect(
      said("No storage location took the backup: There is no a. Nothing was changed. · There is no b."),
    ).toBe("Nenhum armazenamento aceitou o backup: a não existe. Nada foi alterado. · b não existe.");
  });
  it("does not let a gap swallow a sentence that it knows", () => {
    expect(said("There is no x. The host name is unknown.")).toBe(
      "x não existe. O nome do host é desconhecido.",
    );
  });
  it("keeps a foreign tool's words between its own", () => {
    expect(said("pg_dump exited with code 1: ERROR: gone. HINT: look. Nothing was changed.")).toBe(
      "pg_dump terminou com o código 1: ERROR: gone. HINT: look. Nada foi alterado.",
    );
    expect(said("Something of theirs. Nothing was changed.")).toBe("Something of theirs. Nada foi alterado.");
  });
  it("leaves alone what it does not know, and what it has said already", () => {
    const foreign = [
      "",
      " ",
      "x",
      "syntax error at or near «a»",
      "Erro. Outra frase.",
      "{path}",
      "constructor",
    ];
    for (const text of foreign) expect(said(text)).toBe(text);
    const own = "The host name is unknown. There is no b. shop already holds x.";
    expect(said(said(own))).toBe(said(own));
  });
  it("gives up on what is too long", () => {
    const long = `There is no ${"x".repeat(10_000)}.`;
    expect(said(long)).toBe(long);
  });
  it("answers hostile texts with no more than their own length allows", () => {
    const steps = [
      "already holds ",
      ". ",
      "A. ",
      " · ",
      "\n",
      ": ",
      "From a to b, and back to ",
      "There is no ",
    ];
    for (const step of steps) {
      const text = step.repeat(Math.floor(8000 / step.length));
      expect(said(text).length).toBeLessThan(4 * text.length);
    }
  });
  it("finds the entry whatever stands in its gaps", () => {
    const values = ["a", "a b", "already holds", "…", "x: y", ".", "", "É", "a: choose", "🐘"];
    for (const target of values) {
      for (const names of values) {
        const message = `${target} already holds ${names}: choose to drop what exists. Nothing was changed.`;
        expect(said(message)).toMatch(/escolha apagar o que já existe\. Nada foi alterado\.$/);
      }
    }
  });
});
