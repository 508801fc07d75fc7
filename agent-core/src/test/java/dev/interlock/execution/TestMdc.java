package dev.interlock.execution;

import java.lang.reflect.Method;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.spi.MDCAdapter;

/** The log of the tests has no context of its own. */
final class TestMdc {

    private TestMdc() {}

    static void install() throws ReflectiveOperationException {
        Method set = MDC.class.getDeclaredMethod("setMDCAdapter", MDCAdapter.class);
        set.setAccessible(true);
        set.invoke(null, new BasicMDCAdapter());
    }
}
