package dev.interlock.samples.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the desk: {@code mvn -q -Pspring}, and then a browser at {@code http://localhost:8080}. */
@SpringBootApplication
public class OrderDeskApplication {

    /**
     * Starts it.
     *
     * @param args properties, such as {@code --server.port=8081}
     */
    public static void main(String[] args) {
        SpringApplication.run(OrderDeskApplication.class, args);
    }
}
