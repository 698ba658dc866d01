package dev.annals.platform;
