package dev.interlock.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A test that sleeps to wait for something waits too long on one machine, and not long enough on another. */
class SleepsTest {

    static List<String> modules() throws IOException {
        return Modules.withTests();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void no_test_sleeps(String module) {
        JavaClasses tests = new ClassFileImporter().importPath(Modules.compiled(module, "test-classes"));
        assertThat(tests).isNotEmpty();
        noClasses()
                .that()
                // What BlockHound must find.
                .haveNameNotMatching("dev\\.interlock\\.reactive\\.EventLoopTest(\\$.*)?")
                .should()
                .callMethodWhere(describe("the target is a sleep", SleepsTest::sleeps))
                .allowEmptyShould(true)
                .check(tests);
    }

    private static boolean sleeps(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        return call.getName().equals("sleep")
                && (owner.isAssignableTo(Thread.class) || owner.isEquivalentTo(TimeUnit.class));
    }
}
