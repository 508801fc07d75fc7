package dev.interlock.schedule;

import dev.interlock.share.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Collects what the driver must do after an event. Guarded like the machine. */
final class ActionsBuilder {

    // Replaced when the actions are taken: an empty one is shared.
    private List<Call> start = List.of();
    private List<Actions.Interrupt> interrupt = List.of();
    private List<Call> unpark = List.of();
    private List<Call> abandoned = List.of();
    private List<Claim> granted = List.of();
    private List<Claim> suspicious = List.of();
    private List<Note> tell = List.of();
    private boolean any;

    void start(Call call) {
        start = with(start, call);
    }

    boolean startsAny() {
        return !start.isEmpty();
    }

    void interrupt(Call call, int attempt) {
        interrupt = with(interrupt, Actions.Interrupt.ofAttempt(call, attempt));
    }

    void interruptUnlessInterrupted(Call call) {
        interrupt = with(interrupt, Actions.Interrupt.unlessInterrupted(call));
    }

    void unpark(Call call) {
        unpark = with(unpark, call);
    }

    void abandon(Call call) {
        abandoned = with(abandoned, call);
    }

    void grant(List<Claim> claims) {
        for (Claim claim : claims) {
            granted = with(granted, claim);
        }
    }

    void suspect(List<Claim> claims) {
        for (Claim claim : claims) {
            suspicious = with(suspicious, claim);
        }
    }

    void tell(Note note) {
        tell = with(tell, note);
    }

    /** Adds actions that were taken and not done, apart from the call for the owner. */
    void addAll(Actions undone) {
        undone.start().forEach(this::start);
        undone.interrupt().forEach(one -> interrupt = with(interrupt, one));
        undone.unpark().forEach(this::unpark);
        undone.abandoned().forEach(this::abandon);
        grant(undone.granted());
        suspect(undone.suspicious());
        undone.tell().forEach(this::tell);
    }

    void withdrawStarts(Predicate<Call> which) {
        if (!start.isEmpty()) {
            start.removeIf(which);
        }
    }

    private <T> List<T> with(List<T> list, T element) {
        List<T> grown = list.isEmpty() ? new ArrayList<>(2) : list;
        grown.add(element);
        any = true;
        return grown;
    }

    /** Takes all that was collected, for the owner, which runs {@code own} next if that is not null. */
    Actions takeWith(@Nullable Call own) {
        return take(true, own, false, true);
    }

    /**
     * Takes all that was collected.
     *
     * @param withStarts whether calls may start now; if not, the builder keeps them
     */
    Actions take(boolean withStarts, @Nullable Call own, boolean wake, boolean allowed) {
        if (!any && own == null) {
            return Actions.none(wake, allowed);
        }
        List<Call> starting = withStarts ? start : List.of();
        Actions actions = new Actions(
                List.copyOf(starting),
                own,
                List.copyOf(interrupt),
                List.copyOf(unpark),
                List.copyOf(abandoned),
                List.copyOf(granted),
                List.copyOf(suspicious),
                List.copyOf(tell),
                wake,
                allowed);
        start = withStarts ? List.of() : start;
        interrupt = List.of();
        unpark = List.of();
        abandoned = List.of();
        granted = List.of();
        suspicious = List.of();
        tell = List.of();
        any = !start.isEmpty();
        return actions;
    }
}
