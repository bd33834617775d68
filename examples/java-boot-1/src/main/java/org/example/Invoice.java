package org.example;

import javax.xml.bind.annotation.XmlRootElement;

@XmlRootElement
public class Invoice {
    public int number;
    public String customer;
}
