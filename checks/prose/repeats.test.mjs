import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeats } from './repeats.mjs';

const phrases = (path, source) => repeats(path, source).map(({ line, phrase }) => `${line}: ${phrase}`);

test('a phrase that follows itself in a comment is found, also over a line end', () => {
    assert.deepEqual(phrases('A.java', '/** Returns the type the type of it. */'), ['1: the type the type']);
    assert.deepEqual(phrases('A.java', 'int a;\n/**\n * The calls\n * the calls of it.\n */'), ['3: The calls the calls']);
    assert.deepEqual(phrases('A.java', '// the failure of it, or null, or null'), ['1: or null, or null']);
    assert.deepEqual(phrases('A.java', '// the calls, the calls, in order'), ['1: the calls, the calls,']);
    assert.deepEqual(phrases('A.java', '/** Ends it. Changes it. Changes it. */'), ['1: Changes it. Changes it.']);
    assert.deepEqual(phrases('A.java', '// ends with the\n// the call'), ['1: the the']);
});

test('the text of a page is read, its code is not', () => {
    assert.deepEqual(phrases('a.md', 'It says that it says that.'), ['1: It says that it says that']);
    assert.deepEqual(phrases('a.md', '```\nprint it print it\n```\n'), []);
});

test('what is no mistake is left alone', () => {
    assert.deepEqual(phrases('A.java', 'String s = "a b a b // c d c d";'), []);
    assert.deepEqual(phrases('A.java', '/** Of the call. */ int a; /** The call. */ int b;'), []);
    assert.deepEqual(phrases('A.java', '// whatever becomes of the call, the call keeps it'), []);
    assert.deepEqual(phrases('a.md', '# One call\n\nOne call is enough.'), []);
});
