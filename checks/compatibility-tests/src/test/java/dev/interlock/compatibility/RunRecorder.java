package dev.interlock.compatibility;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Counts the tests that ran, by class, and stores the {@link RunRecord} at the end. */
public final class RunRecorder implements TestExecutionListener {

    /** When the test before ended: they run one after another, and make services before they start, too. */
    private int contextsBefore;

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            boolean ran = result.getStatus() != TestExecutionResult.Status.ABORTED;
            RunRecord.count((ran ? RunRecord.RUN : RunRecord.NOT_RUN) + className(test));
            int contexts = RunRecord.total(RunRecord.CONTEXT);
            if (contexts > contextsBefore) {
                RunRecord.count(RunRecord.SERVED + className(test));
            }
            contextsBefore = contexts;
        } else if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
            RunRecord.count(RunRecord.NOT_RUN + test.getUniqueId());
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        RunRecord.count(RunRecord.NOT_RUN + test.getUniqueId());
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        RunRecord.store();
    }

    private static String className(TestIdentifier test) {
        return test.getSource()
                .map(MethodSource.class::cast)
                .map(MethodSource::getClassName)
                .orElseThrow()
                .replaceFirst("\\$.*", ""); // nested classes count for their outermost one
    }
}
