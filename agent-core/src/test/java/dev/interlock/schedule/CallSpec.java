package dev.interlock.schedule;

import dev.interlock.call.Outcome;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.share.Cap;
import dev.interlock.share.Caps;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a call of a {@link RoundByHand} is like. Its tool is named after its place: {@code t0}, {@code t1}. */
final class CallSpec {

    private final List<Access> accesses;
    private final ToolPolicy.Builder policy = ToolPolicy.builder();
    private List<Cap> caps = List.of();
    private boolean known = true;
    private int[] uses = {};
    private int @Nullable [] usedAs;
    private boolean managed;
    private RunsOn runsOn = RunsOn.OWN_THREAD;
    private @Nullable Object sameness;
    private long expectedMillis;
    private boolean insists;
    private String keptWaiting = "";
    private Consumer<Call> more = call -> {};

    private CallSpec(List<Access> accesses) {
        this.accesses = accesses;
    }

    /** A call that only reads these; equal calls of equal reads are the same. */
    static CallSpec reads(String... paths) {
        CallSpec spec = new CallSpec(Stream.of(paths).map(Access::read).toList());
        spec.sameness = List.of(paths);
        return spec;
    }

    static CallSpec writes(String... paths) {
        return new CallSpec(Stream.of(paths).map(Access::write).toList());
    }

    /** Accesses nothing. */
    static CallSpec pure() {
        return new CallSpec(List.of());
    }

    /** No source says what it does. */
    CallSpec unknown() {
        known = false;
        return this;
    }

    /** Uses the results of the calls at these places. */
    CallSpec using(int... places) {
        uses = places;
        return this;
    }

    /** By which numbers it refers to them. */
    CallSpec numbered(int... numbers) {
        usedAs = numbers;
        return this;
    }

    CallSpec managed() {
        managed = true;
        return this;
    }

    CallSpec on(RunsOn thread) {
        runsOn = thread;
        return this;
    }

    CallSpec capped(Cap... of) {
        caps = List.of(of);
        return this;
    }

    /** The cap of a tool, which calls of any tool may have. */
    static Cap cap(String tool, int limit) {
        ToolPolicy capped = ToolPolicy.builder().maxConcurrency(limit).build();
        return new Caps(List.of(), Integer.MAX_VALUE).of(tool, capped).get(0);
    }

    CallSpec policy(Consumer<ToolPolicy.Builder> of) {
        of.accept(policy);
        return this;
    }

    CallSpec priority(int priority) {
        return policy(p -> p.priority(priority));
    }

    CallSpec attemptLimit(long millis) {
        return policy(p -> p.timeout(Duration.ofMillis(millis)));
    }

    CallSpec callLimit(long millis) {
        return policy(p -> p.callTimeout(Duration.ofMillis(millis)));
    }

    /** Learnt from others of its tool. */
    CallSpec expected(long millis) {
        expectedMillis = millis;
        return this;
    }

    /** Its own outcome wins over an earlier verdict. */
    CallSpec insisting() {
        insists = true;
        return this;
    }

    /** What else kept it from its tool. */
    CallSpec keptWaiting(String words) {
        keptWaiting = words;
        return this;
    }

    /** Done to the call before it is admitted, such as {@link Call#giveAnnouncement}. */
    CallSpec with(Consumer<Call> change) {
        more = more.andThen(change);
        return this;
    }

    Call make(long round, int place) {
        boolean reads = accesses.stream().noneMatch(Access::isWrite);
        Call call = new Call(new ToolTraits("t" + place, policy.build(), caps, known, known && reads)) {
            @Override
            protected boolean insistsOn(Outcome own) {
                return insists;
            }

            @Override
            protected String keptWaiting() {
                return keptWaiting;
            }
        };
        call.takePlace(round, place);
        call.setUses(uses, usedAs);
        call.plan(accesses, runsOn, managed);
        call.expect(expectedMillis * RoundByHand.MILLI);
        if (sameness != null) {
            call.sameAs(sameness);
        }
        more.accept(call);
        return call;
    }
}
