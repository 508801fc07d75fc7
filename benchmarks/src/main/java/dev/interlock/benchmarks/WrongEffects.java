package dev.interlock.benchmarks;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A tool's declaration with one fault, in what it says about one family of keys.
 *
 * @param kind the kind of fault
 * @param family the family of keys
 */
record WrongEffects(Kind kind, String tool, String family) {

    enum Kind {
        WRITE_AS_READ("write declared read"),
        MISSING("key missing"),
        TOO_NARROW("key too narrow"),
        MISNAMED("key misnamed");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Returns all wrong declarations for the calls of one tool. */
    static List<WrongEffects> of(String tool, List<KeyCall> calls) {
        Set<String> read = new TreeSet<>();
        Set<String> written = new TreeSet<>();
        calls.forEach(call -> {
            call.families(false).forEach(read::add);
            call.families(true).forEach(written::add);
        });
        List<WrongEffects> wrong = new ArrayList<>();
        written.forEach(family -> wrong.add(new WrongEffects(Kind.WRITE_AS_READ, tool, family)));
        Set<String> all = new TreeSet<>(read);
        all.addAll(written);
        for (String family : all) {
            wrong.add(new WrongEffects(Kind.MISSING, tool, family));
            wrong.add(new WrongEffects(Kind.TOO_NARROW, tool, family));
            wrong.add(new WrongEffects(Kind.MISNAMED, tool, family));
        }
        return wrong;
    }

    /** Returns the accesses of a call by these effects, which are true except for the fault. */
    List<Access> accesses(KeyCall call) {
        if (!call.tool().equals(tool)) {
            return call.accesses();
        }
        return call.touched().stream()
                .map(each -> each.family().equals(family) ? wrong(each.access(), call) : each.access())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private @Nullable Access wrong(Access access, KeyCall call) {
        Resource resource = access.resource();
        String other = "=" + Integer.toHexString(call.call().arguments().hashCode());
        return switch (kind) {
            case WRITE_AS_READ -> Access.read(resource);
            case MISSING -> null;
            case TOO_NARROW -> new Access(access.kind(), below(resource, resource.depth(), other));
            case MISNAMED -> new Access(access.kind(), below(resource, resource.depth() - 1, other));
        };
    }

    /** Returns the parent of a resource; the root for a resource at the top. */
    static Resource parent(Resource resource) {
        return Resource.of(String.join("/", resource.segments().subList(0, Math.max(0, resource.depth() - 1))));
    }

    /**
     * Returns the first segments of a resource with one more, which stands for an argument that does not name the
     * thing.
     */
    private static Resource below(Resource resource, int depth, String segment) {
        List<String> segments = new ArrayList<>(resource.segments().subList(0, depth));
        segments.add(segment);
        return Resource.of(String.join("/", segments));
    }
}
