package dev.interlock.effect.file;

import java.util.List;
import org.junit.jupiter.params.provider.Arguments;

/** Files with one mistake each. */
final class WrongFiles {

    /** Text and what the message says; wrong by their structure, so that the JSON Schema refuses them too. */
    static final List<Arguments> STRUCTURE = List.of(
            wrong("[]", "e:1: an effects file must be an object, was a list"),
            wrong("{}", "e:1: key 'tools' is missing"),
            wrong("{\"tools\": []}", "e:1: 'tools' must be an object, was a list"),
            wrong(
                    "{\"tools\": {},\n\"tool\": {}}",
                    "e:2: unknown key 'tool'; the known keys are [$schema, version, server, tools]"),
            wrong("{\"tools\": {},\n\"version\": 2}", "e:2: 'version': must be 1, was 2"),
            wrong("{\"tools\": {},\n\"version\": \"1\"}", "e:2: 'version' must be a whole number >= 0, was \"1\""),
            wrong("{\"tools\": {},\n\"$schema\": 1}", "e:2: '$schema' must be a string, was 1"),
            wrong("{\"tools\": {},\n\"server\": \"x\"}", "e:2: 'server' must be an object, was \"x\""),
            wrong("{\"tools\": {},\n\"server\": {}}", "e:2: server: 'name' is missing"),
            wrong("{\"tools\": {},\n\"server\": {\"name\": \" \"}}", "e:2: server: a server's name must not be blank"),
            wrong("{\"tools\": {},\n\"server\": {\"name\": 1}}", "e:2: server: 'name' must be a string, was 1"),
            wrong(
                    "{\"tools\": {},\n\"server\": {\"name\": \"x\", \"versions\": \"1\"}}",
                    "e:2: server: 'versions' must be a list of strings, was \"1\""),
            wrong(
                    "{\"tools\": {},\n\"server\": {\"name\": \"x\", \"versions\": [1]}}",
                    "e:2: server: 'versions' must hold only strings, held 1"),
            wrong(
                    "{\"tools\": {},\n\"server\": {\"name\": \"x\", \"date\": \"soon\"}}",
                    "e:2: server: 'date': must be a day such as 2026-01-31, was 'soon'"),
            wrong(
                    "{\"tools\": {},\n\"server\": {\"name\": \"x\", \"url\": \"y\"}}",
                    "e:2: server: unknown key 'url'; the known keys are [name, versions, source, date]"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true,\n\"schema\": 1}}}",
                    "e:2: tool 'a': 'schema' must be a string or a list of strings, was 1"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true,\n\"schema\": \"0A\"}}}",
                    "e:2: tool 'a': 'schema': must be a SHA-256 of 64 hexadecimal digits, was '0A'"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true, \"schema\": [\n7]}}}",
                    "e:2: tool 'a': 'schema' must hold only strings, held 7"),
            wrong("{\"tools\": {\n\"a\": []}}", "e:2: tool 'a': must be an object, was a list"),
            wrong("{\"tools\": {\n\" \": {\"pure\": true}}}", "e:2: a tool's name must not be blank"),
            wrong("{\"tools\": {\n\"a \": {\"pure\": true}}}", "e:2: 'a ' begins or ends with white space"),
            wrong("{\"tools\": {\n\"a[b]\": {\"pure\": true}}}", "e:2: glob 'a[b]': '[' at index 1 has no meaning"),
            wrong("{\"tools\": {\n\"a\": {}}}", "e:2: tool 'a': it says nothing: add one of 'reads', 'writes'"),
            wrong("{\"tools\": {\n\"a\": {\"pure\": false}}}", "e:2: tool 'a': it says nothing"),
            wrong("{\"tools\": {\n\"a\": {\"exclusive\": false}}}", "e:2: tool 'a': it says nothing"),
            wrong("{\"tools\": {\n\"a\": {\"note\": \"?\"}}}", "e:2: tool 'a': it says nothing"),
            wrong(
                    "{\"tools\": {\"a\": {\n\"read\": [\"x\"]}}}",
                    "e:2: tool 'a': unknown key 'read'; the known keys are [reads, "),
            wrong(
                    "{\"tools\": {\"a\": {\n\"reads\": \"x\"}}}",
                    "e:2: tool 'a': 'reads' must be a list of strings, was \"x\""),
            wrong(
                    "{\"tools\": {\"a\": {\n\"reads\": null}}}",
                    "e:2: tool 'a': 'reads' must be a list of strings, was null"),
            wrong(
                    "{\"tools\": {\"a\": {\"reads\": [\"x\",\n7]}}}",
                    "e:2: tool 'a': 'reads' must hold only strings, held 7"),
            wrong(
                    "{\"tools\": {\"a\": {\n\"writes\": [\"\"]}}}",
                    "e:2: tool 'a': 'writes': template '' is blank; write '/'"),
            wrong(
                    "{\"tools\": {\"a\": {\n\"reads\": []}}}",
                    "e:2: tool 'a': 'reads' is an empty list and the entry says nothing else"),
            wrong(
                    "{\"tools\": {\"a\": {\"idempotent\": true,\n\"writes\": []}}}",
                    "e:2: tool 'a': 'writes' is an empty list and the entry says nothing else"),
            wrong(
                    "{\"tools\": {\"a\": {\n\"exclusive\": \"x\"}}}",
                    "e:2: tool 'a': 'exclusive' must be true, false or a list"),
            wrong(
                    "{\"tools\": {\"a\": {\n\"exclusive\": []}}}",
                    "e:2: tool 'a': 'exclusive' is an empty list; write true"),
            wrong(
                    "{\"tools\": {\"a\": {\n\"exclusive\": [\" \"]}}}",
                    "e:2: tool 'a': 'exclusive': template ' ' is blank"),
            wrong(
                    "{\"tools\": {\"a\": {\n\"exclusive\": [true]}}}",
                    "e:2: tool 'a': 'exclusive' must hold only strings"),
            wrong(
                    "{\"tools\": {\"a\": {\n\"pure\": \"yes\"}}}",
                    "e:2: tool 'a': 'pure' must be true or false, was \"yes\""),
            wrong(
                    "{\"tools\": {\"a\": {\"writes\": [\"x\"],\n\"pure\": true}}}",
                    "e:2: tool 'a': 'pure' cannot be combined with 'reads', 'writes' or 'exclusive'"),
            wrong(
                    "{\"tools\": {\"a\": {\"exclusive\": true,\n\"pure\": true}}}",
                    "e:2: tool 'a': 'pure' cannot be combined"),
            wrong(
                    "{\"tools\": {\"a\": {\"reads\": [\"f/{p}\"],\n\"paths\": [\"p\"]}}}",
                    "e:2: tool 'a': 'paths' must be an object of strings, was a list"),
            wrong(
                    "{\"tools\": {\"a\": {\"reads\": [\"f/{p}\"], \"paths\": {\n\"p\": 1}}}}",
                    "e:2: tool 'a': 'paths': 'p': must be a string, was 1"),
            wrong(
                    "{\"tools\": {\"a\": {\"reads\": [\"f/{p}\"], \"paths\": {\n\"p\": \"\"}}}}",
                    "e:2: tool 'a': 'paths': 'p': the base must be an absolute path"),
            wrong(
                    "{\"tools\": {\"a\": {\"reads\": [\"f/{p}\"], \"paths\": {\n\"{p}\": \"/d\"}}}}",
                    "e:2: tool 'a': 'paths': '{p}': '{p}' is no name of a parameter"),
            wrong(
                    "{\"tools\": {\n\"a\": {\"pure\": true, \"paths\": {\"p\": \"/d\"}}}}",
                    "e:2: tool 'a': 'paths': no template takes the parameter {p} in: pure"),
            wrong(
                    "{\"tools\": {\n\"a\": {\"idempotent\": true, \"ignoringCase\": [\"p\"]}}}",
                    "e:2: tool 'a': 'ignoringCase': no template takes the parameter {p}"),
            wrong(
                    "{\"tools\": {\n\"a\": {\"idempotent\": true, \"followingLinks\": [\"p\"]}}}",
                    "e:2: tool 'a': 'followingLinks': no template takes the parameter {p}"),
            wrong(
                    "{\"tools\": {\"a\": {\"reads\": [\"f/{p}\"],\n\"ignoringCase\": \"p\"}}}",
                    "e:2: tool 'a': 'ignoringCase' must be a list of strings, was \"p\""),
            wrong(
                    "{\"tools\": {\"a\": {\"reads\": [\"f/{p}\"],\n\"followingLinks\": [\" \"]}}}",
                    "e:2: tool 'a': 'followingLinks': ' ' is no name of a parameter"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true,\n\"idempotent\": 1}}}",
                    "e:2: tool 'a': 'idempotent' must be true or false, was 1"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true,\n\"by\": \"me\"}}}",
                    "e:2: tool 'a': 'by': must be one of [declared, catalogue, learnt, suggested], was 'me'"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true,\n\"calls\": -1}}}",
                    "e:2: tool 'a': 'calls' must be a whole number >= 0, was -1"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true,\n\"against\": 0.5}}}",
                    "e:2: tool 'a': 'against' must be a whole number >= 0, was 0.5"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true,\n\"note\": []}}}",
                    "e:2: tool 'a': 'note' must be a string, was a list"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true,\n\"proposals\": {}}}}",
                    "e:2: tool 'a': 'proposals' must be a list of objects, was an object"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true, \"proposals\": [\n1]}}}",
                    "e:2: tool 'a': 'proposals' must hold only objects, held 1"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true, \"proposals\": [\n{\"reads\": [\"x\"]}]}}}",
                    "e:2: tool 'a': a proposal: 'by' is missing"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true, \"proposals\": [\n{\"reads\": [\"x\"], \"by\": \"declared\"}]}}}",
                    "e:2: tool 'a': a proposal: 'by' must not be 'declared'"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true, \"proposals\": [\n{\"by\": \"learnt\"}]}}}",
                    "e:2: tool 'a': a proposal: it says nothing"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true, \"proposals\": [\n{\"by\": \"learnt\", \"reads\": [\"x\"], \"proposals\": []}]}}}",
                    "e:2: tool 'a': a proposal: unknown key 'proposals'"));

    /**
     * Text and what the message says; a JSON Schema does not see what is wrong with them, or cannot read them at all.
     */
    static final List<Arguments> MEANING = List.of(
            wrong("", "e:1: an effects file must be an object, was null"),
            wrong("{\"tools\": {\n", "e:2: not JSON: "),
            wrong("{\"tools\":\n{},,}", "e:2: not JSON: "),
            wrong("{\"tools\": {}}\n{}", "e:2: not JSON: text follows the end of the object"),
            wrong(
                    "{\"tools\": {\"a\": {\"reads\": [\"f/{p}\"], \"paths\": {\n\"p\": \"data\"}}}}",
                    "e:2: tool 'a': 'paths': 'p': the base must be an absolute path without wildcards, such as /data,"
                            + " was 'data'"),
            wrong(
                    "{\"tools\": {\"a\": {\"reads\": [\"f/{p}\"], \"paths\": {\"p\": \"/a\",\n\"p\": \"/b\"}}}}",
                    "e:2: tool 'a': 'paths': 'p': appears twice"),
            wrong(
                    "{\"tools\": {\n\"a\": {\"reads\": [\"f/{p}\"], \"paths\": {\"q\": \"/d\"}}}}",
                    "e:2: tool 'a': 'paths': no template takes the parameter {q} in: reads f/{p}"),
            wrong(
                    "{\"tools\": {\n\"a\": {\"reads\": [\"f/{p}.md\"], \"paths\": {\"p\": \"/d\"}}}}",
                    "e:2: tool 'a': 'paths': template 'f/{p}.md' has {p} inside a longer segment"),
            wrong(
                    "{\"tools\": {\"a\": {\"reads\": [\n\"x\",\n\"account/{id\"]}}}",
                    "e:3: tool 'a': 'reads': template 'account/{id': '{' without '}'; write '{{' for a brace, at index 8"),
            wrong(
                    "{\"tools\": {\"a\": {\n\"writes\": [\"{}\"]}}}",
                    "e:2: tool 'a': 'writes': template '{}': '{}' has no name"),
            wrong(
                    "{\"tools\": {\"a\": {\n\"exclusive\": [\"}\"]}}}",
                    "e:2: tool 'a': 'exclusive': template '}': '}' without"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true},\n\"a\": {\"pure\": true}}}",
                    "e:2: tool 'a' appears twice, first in line 1"),
            wrong("{\"tools\": {},\n\"tools\": {}}", "e:2: key 'tools' appears twice, first in line 1"),
            wrong(
                    "{\"tools\": {\"a\": {\"reads\": [\"x\"],\n\"reads\": [\"y\"]}}}",
                    "e:2: tool 'a': key 'reads' appears twice, first in line 1"),
            wrong(
                    "{\"tools\": {\"get_*\": {\"pure\": true},\n\"*_all\": {\"pure\": true}}}",
                    "e:2: glob '*_all' is as specific as 'get_*', 4 characters apart from wildcards, and"),
            wrong(
                    "{\"tools\": {},\n\"server\": {\"name\": \"x\", \"date\": \"2026-02-31\"}}",
                    "e:2: server: 'date': must be a day such as 2026-01-31, was '2026-02-31'"),
            wrong(
                    "{\"tools\": {\"a\": {\"pure\": true,\n\"proposals\": [{\"by\": \"learnt\", \"pure\": true},"
                            + "\n{\"by\": \"learnt\", \"reads\": [\"x\"]}]}}}",
                    "e:3: tool 'a': a proposal: two entries of the tool have 'by': 'learnt'"));

    private WrongFiles() {}

    private static Arguments wrong(String text, String message) {
        return Arguments.of(text, message);
    }
}
