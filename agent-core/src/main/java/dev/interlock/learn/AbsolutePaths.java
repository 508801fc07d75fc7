package dev.interlock.learn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What was touched at an absolute path that no argument names. A template cannot say that a path is absolute, and a relative
 * one would not conflict with other relative names of the same file, so all that is left to say is what stands before the path.
 */
final class AbsolutePaths {

    private AbsolutePaths() {}

    /** Returns the accesses, each that has such a path widened to what stands before it. */
    static Set<Access> widened(Set<Access> accesses, JsonNode arguments) {
        Set<Access> widened = new LinkedHashSet<>();
        for (Access access : accesses) {
            List<String> segments = access.resource().segments();
            int mark = segments.indexOf("");
            boolean stays = mark < 0 || isNamed(segments.subList(mark, segments.size()), arguments);
            widened.add(
                    stays ? access : new Access(access.kind(), access.resource().prefix(mark)));
        }
        return widened;
    }

    /** Whether an argument is an absolute path to there, or to a folder that has it. */
    private static boolean isNamed(List<String> marked, JsonNode argument) {
        if (argument.isTextual()) {
            String text = argument.textValue();
            boolean absolute = text.startsWith("/") || text.startsWith("~") || text.indexOf(':') > 0;
            List<String> path =
                    marked.stream().filter(segment -> !segment.isEmpty()).toList();
            List<String> named = Resource.of(text).segments().stream()
                    .filter(segment -> !segment.isEmpty())
                    .toList();
            return absolute
                    && !named.isEmpty()
                    && named.size() <= path.size()
                    && path.subList(0, named.size()).equals(named);
        }
        for (JsonNode part : argument) {
            if (isNamed(marked, part)) {
                return true;
            }
        }
        return false;
    }
}
