package dev.interlock.report;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What if the calls of a tool wrote what belongs to their arguments, below what they are declared to write: then those of
 * different arguments would not conflict, and what conflicts with them otherwise still would.
 */
final class Finer {

    private Finer() {}

    /** The calls of a round with finer accesses of one tool; the same if others access what is below them. */
    static List<Work> refine(List<Work> calls, String tool) {
        Set<Resource> refined = refinable(calls, tool);
        if (refined.isEmpty()) {
            return calls;
        }
        Map<String, Integer> numbers = new HashMap<>();
        List<Work> finer = new ArrayList<>(calls.size());
        for (Work work : calls) {
            if (!work.tool().equals(tool)) {
                finer.add(work);
                continue;
            }
            int number = numbers.computeIfAbsent(work.arguments(), key -> numbers.size());
            List<Access> accesses = new ArrayList<>();
            for (Access access : work.accesses()) {
                accesses.add(refined.contains(access.resource()) ? below(access, number) : access);
            }
            finer.add(work.with(accesses, work.onOwner()));
        }
        return finer;
    }

    /** What the tool writes, and nobody else accesses a part of. */
    private static Set<Resource> refinable(List<Work> calls, String tool) {
        Set<Resource> written = new HashSet<>();
        for (Work work : calls) {
            if (work.tool().equals(tool)) {
                work.accesses().stream().filter(Access::isWrite).forEach(access -> written.add(access.resource()));
            }
        }
        for (Work work : calls) {
            for (Access access : work.accesses()) {
                written.removeIf(resource -> !resource.equals(access.resource())
                        && resource.overlaps(access.resource())
                        && !access.resource().contains(resource));
            }
        }
        return written;
    }

    private static Access below(Access access, int number) {
        Resource part = access.resource().resolve("arguments-" + number);
        return access.isWrite() ? Access.write(part) : Access.read(part);
    }
}
