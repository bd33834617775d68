package org.example;

import java.io.StringWriter;
import javax.xml.bind.JAXB;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Invoices {
    public static void main(String[] arguments) {
        SpringApplication.run(Invoices.class, arguments);
    }

    @GetMapping(path = "/invoice", produces = "application/xml")
    public String invoice() {
        Invoice invoice = new Invoice();
        invoice.number = 1;
        invoice.customer = "Ada";
        StringWriter text = new StringWriter();
        JAXB.marshal(invoice, text);
        return text.toString();
    }
}
