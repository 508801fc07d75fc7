package dev.interlock.execution;

import dev.interlock.audit.Auditor;
import dev.interlock.audit.Finding;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Access;
import dev.interlock.footprint.Audit;
import dev.interlock.footprint.AuditReport;
import dev.interlock.footprint.CallFootprint;
import dev.interlock.footprint.FootprintListener;
import dev.interlock.footprint.UncoveredFootprintException;
import dev.interlock.recording.Recording;
import dev.interlock.recording.Touched;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches what an executor's calls touch, for listeners and the auditor. Thread-safe. */
final class FootprintWatch {

    private static final Logger log = LoggerFactory.getLogger(FootprintWatch.class);

    private final List<FootprintListener> listeners;
    private final @Nullable Auditor auditor;
    private final boolean fails;

    private FootprintWatch(List<FootprintListener> listeners, @Nullable Audit audit) {
        this.listeners = listeners;
        this.auditor = audit == null ? null : new Auditor(audit == Audit.FAIL);
        this.fails = audit == Audit.FAIL;
        Recording.want();
    }

    /** Creates the watch; null without listeners and audit. */
    static @Nullable FootprintWatch of(List<FootprintListener> listeners, @Nullable Audit audit) {
        return listeners.isEmpty() && audit == null ? null : new FootprintWatch(List.copyOf(listeners), audit);
    }

    AuditReport report() {
        return auditor == null ? new AuditReport(List.of()) : auditor.report();
    }

    /**
     * Begins to watch an attempt that is about to run its body on the current thread.
     *
     * @param around the recording that gets everything the call's round touches, or null
     */
    Run begin(DrivenCall call, @Nullable Recording around) {
        // Ask before the body runs: the user's function may look at something that the body changes.
        return new Run(call, call.ran(), call.declared(), new Recording(around));
    }

    /** Receives what effects do not cover, outside all locks. */
    interface Found {
        void uncovered(DrivenCall call, ToolCall ran, Finding finding);
    }

    /** One attempt. Only accessed by its thread. */
    final class Run {
        private final DrivenCall call;
        private final ToolCall ran;
        private final List<Access> declared;
        private final Recording recording;

        Run(DrivenCall call, ToolCall ran, List<Access> declared, Recording recording) {
            this.call = call;
            this.ran = ran;
            this.declared = declared;
            this.recording = recording;
        }

        Recording recording() {
            return recording;
        }

        /**
         * Ends the run; returns it with the audit applied. The body has run, so only a finding changes the
         * outcome, and no failure in here does.
         */
        BodyRun end(BodyRun run, Found found) {
            Touched touched = recording.close();
            Finding finding = null;
            try {
                finding = finding(run, touched);
                if (finding != null) {
                    found.uncovered(call, ran, finding);
                }
            } catch (Throwable e) {
                warn("The audit failed", ran, e);
            }
            return finding != null && fails && run.leaving() == null
                    ? run.withOutcome(failure(finding, run.outcome()))
                    : run;
        }

        private @Nullable Finding finding(BodyRun run, Touched touched) {
            CallFootprint footprint = new CallFootprint(
                    call.conversation(),
                    ran,
                    call.binding().source(),
                    call.binding().effects().toString(),
                    declared,
                    touched.accesses(),
                    touched.widened(),
                    run.outcome());
            for (FootprintListener listener : listeners) {
                tell(listener, footprint);
            }
            return auditor == null ? null : auditor.audit(footprint);
        }
    }

    private static Outcome failure(Finding finding, Outcome outcome) {
        Throwable cause = outcome instanceof Outcome.Failed failed ? failed.error() : null;
        return new Outcome.Failed(new UncoveredFootprintException(finding.message(), finding.uncovered(), cause));
    }

    private static void tell(FootprintListener listener, CallFootprint footprint) {
        try {
            listener.onFootprint(footprint);
        } catch (Throwable e) {
            warn("A listener failed", footprint.call(), e);
        }
    }

    /** An exception of a user's class may fail to be printed. */
    private static void warn(String what, ToolCall call, Throwable e) {
        try {
            log.warn("{} on a footprint of tool '{}'", what, call.tool(), e);
        } catch (Throwable again) {
            log.warn(
                    "{} on a footprint with a {}, which cannot be printed",
                    what,
                    e.getClass().getName());
        }
    }
}
