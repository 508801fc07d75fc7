package dev.interlock.samples.spring;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Plays the services behind the tools, such as warehouses and banks: each answer takes its time. */
@Component
class OutsideServices {

    private final Duration latency;

    OutsideServices(@Value("${desk.latency}") Duration latency) {
        this.latency = latency;
    }

    /** Waits for an answer. */
    void ask(String service) throws InterruptedException {
        Thread.sleep(latency.plusMillis(service.length() * 10L));
    }
}
