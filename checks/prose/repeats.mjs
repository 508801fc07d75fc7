// Finds a phrase that follows itself, as a failed search-and-replace leaves it: "the type the type". Reads the comments of Java
// files and the text of Markdown files, from the list of paths on its input. Run by checks/prose/run.
import { readFileSync } from 'node:fs';

const WORD = "[\\p{L}\\p{N}'’]+";
// Within a paragraph: at most one line ends between two words.
const SPACE = '(?:[ \\t]+|[ \\t]*\\n[ \\t]*)';
const PHRASE = `${WORD}(?:${SPACE}${WORD})+`;
const REPEATED = new RegExp(
    `(?<![\\p{L}\\p{N}'’])(?:${[
        `(${PHRASE})${SPACE}\\1`,
        // After a comma a phrase may be repeated for good reason, but not "or null, or null", nor "the calls, the calls, in".
        `((?:or|and|nor)${SPACE}${WORD}(?:${SPACE}${WORD})*),${SPACE}\\2`,
        `(${PHRASE}),${SPACE}\\3,`,
        // A whole sentence.
        `(?<=(?:^|[.|])\\s*)(${PHRASE})\\.${SPACE}\\4\\.`,
        // Single words that never follow themselves.
        `(the|a|an|of|to|is|are|and|or|for|with)${SPACE}\\5`,
    ].join('|')})(?![\\p{L}\\p{N}'’])`,
    'giu',
);
const JAVA = /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'|(\/\*[\s\S]*?\*\/|\/\/[^\n]*)/g;
const FENCE = /^ *(```|~~~)[\s\S]*?^ *\1|<!--[\s\S]*?-->/gm;
const GAP = '|';

/** Something between two comments that no phrase spans, with the same line ends. */
function gap(code) {
    return /\S/.test(code) ? GAP + code.replace(/[^\n]/g, '') : code;
}

function commentsOf(java) {
    let text = '';
    let end = 0;
    for (const match of java.matchAll(JAVA)) {
        if (match[1]) {
            text += gap(java.slice(end, match.index)) + match[1].replace(/^([ \t]*)(\/\*+|\*+\/?|\/\/+)/gm, '$1');
            end = match.index + match[0].length;
        }
    }
    return text;
}

/** Returns what is repeated, with the line on which it begins. */
export function repeats(path, source) {
    const text = path.endsWith('.java') ? commentsOf(source) : source.replace(FENCE, gap);
    return [...text.matchAll(REPEATED)].map((match) => ({
        line: text.slice(0, match.index).split('\n').length,
        phrase: match[0].replace(/\s+/g, ' '),
    }));
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
    const paths = readFileSync(0, 'utf8').split('\n').filter(Boolean);
    const found = paths.flatMap((path) =>
        repeats(path, readFileSync(path, 'utf8')).map(({ line, phrase }) => `${path}:${line}: repeats "${phrase}"`),
    );
    found.forEach((one) => console.log(one));
    process.exitCode = found.length ? 1 : 0;
}
