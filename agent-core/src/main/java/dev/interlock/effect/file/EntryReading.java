package dev.interlock.effect.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads what a file says about one tool or glob: an entry and the proposals in it. */
final class EntryReading {

    private static final List<String> KEYS = List.of(
            "reads",
            "writes",
            "pure",
            "exclusive",
            "paths",
            "ignoringCase",
            "followingLinks",
            "idempotent",
            "by",
            "calls",
            "against",
            "note");

    static final String PROPOSALS = "proposals";
    static final String SCHEMA = "schema";

    private static final List<String> KEYS_OF_TOOL =
            Stream.concat(KEYS.stream(), Stream.of(SCHEMA, PROPOSALS)).toList();

    private final String file;
    private final Problems problems;
    private final List<EffectsEntry> entries;
    private final Map<String, List<String>> schemas;

    /**
     * @param entries receives the entries; for each tool, the one in front comes first
     * @param schemas receives the hashes of the tools' input schemas
     */
    EntryReading(String file, Problems problems, List<EffectsEntry> entries, Map<String, List<String>> schemas) {
        this.file = file;
        this.problems = problems;
        this.entries = entries;
        this.schemas = schemas;
    }

    void read(Json.Member tool) {
        String where = "tool '" + tool.name() + "': ";
        EffectsEntry.Builder builder;
        try {
            builder = EffectsEntry.of(tool.name());
        } catch (IllegalArgumentException e) {
            problems.add(tool.line(), String.valueOf(e.getMessage()));
            return;
        }
        if (!(tool.value() instanceof Json.Members object)) {
            problems.add(
                    tool.line(),
                    where + "must be an object, was " + tool.value().kind());
            return;
        }
        ObjectReading members = new ObjectReading(where, object, KEYS_OF_TOOL, problems);
        Set<DeclaredBy> said = EnumSet.noneOf(DeclaredBy.class);
        read(builder, members, tool.line(), said);
        readSchemas(tool.name(), members);
        Json.Member proposals = members.member(PROPOSALS);
        if (proposals != null) {
            readProposals(tool.name(), where, members, proposals, said);
        }
    }

    /** One hash, or a list of them. */
    private void readSchemas(String tool, ObjectReading members) {
        Json.Member member = members.member(SCHEMA);
        List<String> hashes = new ArrayList<>();
        if (member == null) {
            return;
        }
        if (member.value() instanceof Json.Elements) {
            members.strings(SCHEMA, hash -> hashes.add(hash(hash)));
        } else if (member.value() instanceof Json.Value value && value.value() instanceof String) {
            members.string(SCHEMA, hash -> hashes.add(hash(hash)));
        } else {
            members.wrongType(member, "a string or a list of strings");
        }
        schemas.put(tool, List.copyOf(hashes));
    }

    private static String hash(String hash) {
        if (!hash.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("must be a SHA-256 of 64 hexadecimal digits, was '" + hash + "'");
        }
        return hash;
    }

    private void readProposals(
            String tool, String where, ObjectReading members, Json.Member proposals, Set<DeclaredBy> said) {
        if (!(proposals.value() instanceof Json.Elements list)) {
            members.wrongType(proposals, "a list of objects");
            return;
        }
        for (Json element : list.elements()) {
            if (!(element instanceof Json.Members object)) {
                members.problem(element.line(), "'proposals' must hold only objects, held " + element.kind());
                continue;
            }
            ObjectReading proposal = new ObjectReading(where + "a proposal: ", object, KEYS, problems);
            if (!proposal.has("by")) {
                proposal.problem(element.line(), "'by' is missing");
            } else if (proposal.isText("by", DeclaredBy.DECLARED.word())) {
                proposal.problem(proposal.lineOf("by"), "'by' must not be 'declared': only the entry in front can be");
            } else {
                read(EffectsEntry.of(tool), proposal, element.line(), said);
            }
        }
    }

    private void read(EffectsEntry.Builder builder, ObjectReading members, int line, Set<DeclaredBy> said) {
        members.strings("reads", builder::reads);
        members.strings("writes", builder::writes);
        boolean exclusive = readExclusive(members, builder);
        members.flag("pure", pure -> {
            if (pure) {
                builder.pure();
            }
        });
        members.texts("paths", builder::path);
        members.strings("ignoringCase", builder::ignoringCase);
        members.strings("followingLinks", builder::followingLinks);
        members.flag("idempotent", builder::idempotent);
        members.count("calls", builder::calls);
        members.count("against", builder::against);
        members.string("note", builder::note);
        members.string("by", word -> builder.by(by(word)));
        if (!exclusive && !members.isTrue("pure")) {
            heedEmptyLists(members, builder);
        }
        if (!members.isSound()) {
            return;
        }
        try {
            EffectsEntry entry = builder.location(file + ":" + line).build();
            if (said.add(entry.by())) {
                entries.add(entry);
            } else {
                members.problem(
                        line,
                        "two entries of the tool have 'by': '" + entry.by().word() + "'");
            }
        } catch (IllegalArgumentException e) {
            members.problem(members.isTrue("pure") ? members.lineOf("pure") : line, String.valueOf(e.getMessage()));
        }
    }

    /** Returns whether the key says that the tool is exclusive. */
    private static boolean readExclusive(ObjectReading members, EffectsEntry.Builder builder) {
        Json.Member member = members.member("exclusive");
        if (member == null) {
            return false;
        }
        if (member.value() instanceof Json.Value value && value.value() instanceof Boolean all) {
            if (all) {
                builder.exclusive("/");
            }
            return all;
        }
        if (!(member.value() instanceof Json.Elements list)) {
            members.wrongType(member, "true, false or a list of strings");
        } else if (list.elements().isEmpty()) {
            members.problem(member.line(), "'exclusive' is an empty list; write true for a barrier");
        } else {
            members.strings("exclusive", builder::exclusive);
        }
        return true;
    }

    /**
     * An author who writes two empty lists means that the tool touches nothing. With one empty list the author may have
     * left a gap in the other.
     */
    private static void heedEmptyLists(ObjectReading members, EffectsEntry.Builder builder) {
        boolean noReads = members.isEmptyList("reads");
        boolean noWrites = members.isEmptyList("writes");
        if (noReads && noWrites) {
            builder.pure();
        } else if ((noReads && !members.has("writes")) || (noWrites && !members.has("reads"))) {
            String key = noReads ? "reads" : "writes";
            members.problem(
                    members.lineOf(key),
                    "'" + key
                            + "' is an empty list and the entry says nothing else; write \"pure\": true if"
                            + " the tool touches nothing");
        }
    }

    private static DeclaredBy by(String word) {
        return DeclaredBy.of(word)
                .orElseThrow(() -> new IllegalArgumentException("must be one of %s, was '%s'"
                        .formatted(
                                Arrays.stream(DeclaredBy.values())
                                        .map(DeclaredBy::word)
                                        .toList(),
                                word)));
    }
}
